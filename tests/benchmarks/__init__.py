"""Comparisons with other renderers and the bars of speed; peers are installed by hand.

`docs/benchmarks.md` has the commands and what they told. Nothing here is collected by pytest.
"""
