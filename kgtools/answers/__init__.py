"""What the graph answers: the standing of a state, canned questions, citations."""
