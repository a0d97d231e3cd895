"""Canned questions: described SPARQL queries with typed parameters."""

from kgtools.answers.questions.catalog import (
    AnswerColumn,
    Question,
    find_question,
    read_catalog,
    read_graph_catalog,
    read_question,
)
from kgtools.answers.questions.parameters import Parameter, ParameterError, allowed_values, bind
from kgtools.core.errors import QuestionError

__all__ = [
    "AnswerColumn",
    "Parameter",
    "ParameterError",
    "Question",
    "QuestionError",
    "allowed_values",
    "bind",
    "find_question",
    "read_catalog",
    "read_graph_catalog",
    "read_question",
]
