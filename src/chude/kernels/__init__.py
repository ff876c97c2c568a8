"""The inner loops: each is compiled ahead of time, and has a plain form in Python and NumPy that defines what it does.

``kernels/NAME.py`` is what the rest of chude imports. It takes ``compiled/NAME.pyx`` where that was built, and
``plain/NAME.py`` where nothing could be compiled. Kernels know arrays and ``str``, and nothing else of chude.
"""
