"""The golden run: what the corpus gives today, frozen, so that a change shows what it gains and loses, item by item.

`python -m tests.golden` freezes the present state; read the difference before you commit it.
"""
