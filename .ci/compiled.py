"""Import once all that the server and its children import, so that each of their starts finds it compiled.

A child that looks into an upload may write nothing: it would compile its libraries anew each time.
"""

import importlib
import pkgutil

import yuanzhan.app.serving
import yuanzhan.jobs

for module in pkgutil.iter_modules(yuanzhan.jobs.__path__, "yuanzhan.jobs."):
    importlib.import_module(module.name)
