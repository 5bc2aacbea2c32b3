from . import hello
