"""``python -m kgtools.pages``: write the generated pages anew."""

from kgtools.pages.generated import generated_pages
from kgtools.project import find_project
from kgtools.rdf.writing import write_files

write_files(generated_pages(find_project()))
