# SPDX-License-Identifier: MIT
"""
Events: the registry of handlers and firing. The classes are in bb.eventclasses and named here too.

A handler is a function of (event, d). Handlers registered by metadata are told apart by configuration: a store lists
those that were registered for it in __BBHANDLERS_MC.
"""

import logging
import threading

import _bbc
import bb
from bb.eventclasses import *

# Set in a task's process: the pid that its events and log records carry, and who sends them on.
worker_pid = 0
worker_fire = None

Registered = 10
AlreadyRegistered = 14

logger = logging.getLogger("BitBake.Event")

_handlers = {}
_catchall_handlers = {}
_event_handler_map = {}
_eventfilter = None
_should_exit = threading.Event()
_heartbeat_enabled = False

# User interfaces in this process, by number.
_ui_handlers = {}
_ui_logfilters = {}
_ui_handler_seq = 0
_uiready = False
ui_queue = []
_thread_lock = threading.RLock()


def get_class_handlers():
    return _handlers


def set_class_handlers(h):
    global _handlers
    _handlers = h


def clean_class_handlers():
    return {}


get_handlers = get_class_handlers


def set_handlers(handlers):
    set_class_handlers(handlers)


def enable_threadlock():
    """Kept for callers: firing is always locked."""


def disable_threadlock():
    """Kept for callers: firing is always locked."""


def enable_heartbeat():
    global _heartbeat_enabled
    _heartbeat_enabled = True


def disable_heartbeat():
    global _heartbeat_enabled
    _heartbeat_enabled = False


def check_for_interrupts(d=None):
    """Long-running code calls this to stop when the user has asked to. Releases before 2.14 hand a store."""
    if _should_exit.is_set():
        bb.warn("Exiting due to interrupt.")
        raise bb.BBHandledException()


def _class_id(event):
    cls = event.__class__
    return "%s.%s" % (cls.__module__, cls.__qualname__)


def execute_handler(name, handler, event, d):
    import bb.parse
    event.data = d
    try:
        handler(event, d)
    except (bb.parse.SkipRecipe, bb.BBHandledException):
        raise
    except Exception as exc:
        # The traceback is shown where the exception ends up, in lines of the metadata.
        exc.add_note("Execution of event handler '%s' failed" % name)
        raise
    except SystemExit as exc:
        if exc.code != 0:
            logger.error("Execution of event handler '%s' failed" % name)
        raise
    finally:
        del event.data


def fire_class_handlers(event, d):
    if isinstance(event, logging.LogRecord) or not _handlers:
        return
    interested = _event_handler_map.get(_class_id(event), ())
    allowed = None
    for name, handler in list(_handlers.items()):
        if name not in interested and name not in _catchall_handlers:
            continue
        if _eventfilter and not _eventfilter(name, handler, event, d):
            continue
        if d is not None:
            if allowed is None:
                allowed = d.getVar("__BBHANDLERS_MC") or ()
            if name not in allowed:
                continue
        execute_handler(name, handler, event, d)


def fire_ui_handlers(event, d):
    if not _uiready:
        if isinstance(event, logging.LogRecord):
            ui_queue.append(event)
        return
    with _thread_lock:
        broken = []
        for number, ui in list(_ui_handlers.items()):
            try:
                if _ui_logfilters[number].filter(event):
                    if hasattr(ui.event, "sendpickle"):
                        import pickle
                        ui.event.sendpickle(pickle.dumps(event))
                    else:
                        ui.event.send(event)
            except Exception:
                broken.append(number)
        for number in broken:
            _ui_handlers.pop(number, None)
    while ui_queue:
        fire_ui_handlers(ui_queue.pop(0), d)


def fire(event, d):
    """Runs the handlers, here and now, then tells the user interfaces."""
    fire_class_handlers(event, d)
    if worker_fire:
        worker_fire(event, d)
    else:
        fire_ui_handlers(event, d)


def fire_from_worker(event, d):
    fire_ui_handlers(event, d)


def print_ui_queue():
    """Shows log records that came while no user interface was there to take them."""
    waiting = [r for r in ui_queue if isinstance(r, logging.LogRecord)]
    ui_queue.clear()
    if not _uiready:
        for record in [r for r in waiting if r.levelno > logging.DEBUG] or waiting:
            logging.getLogger("BitBake").handle(record)


def _mc_name(name, data):
    mc = data.getVar("BB_CURRENT_MC") if data is not None else None
    return mc.replace("-", "_") + name if mc else name


def _allow(name, data):
    if data is not None:
        names = data.getVar("__BBHANDLERS_MC") or set()
        names.add(name)
        data.setVar("__BBHANDLERS_MC", names)


def noop(_, d=None):
    pass


def _compile_handler(name, text, filename, lineno):
    """The function of a handler given as text; None after a message when it is not Python."""
    import bb.methodpool
    import bb.utils
    source = "\n" * ((lineno or 1) - 1) + "def %s(e, d):\n%s" % (name, text)
    code = bb.methodpool.compile_cache(source)
    if not code:
        try:
            code = compile(source, filename or "%s(e, d)" % name, "exec")
        except SyntaxError as exc:
            place = "\n  File \"%s\", line %s\n" % (exc.filename, exc.lineno) if filename else ""
            logger.error("Unable to register event handler '%s': %s%s", name, exc.msg, place)
            return None
        bb.methodpool.compile_cache_add(source, code)
    env = {}
    exec(code, bb.utils.get_context(), env)
    return env[name]


def register(name, handler, mask=None, filename=None, lineno=None, data=None):
    """Registers a function, or the text of one, for the classes named in `mask` (all of them when empty or '*')."""
    known = _mc_name(name, data)
    if known in _handlers:
        _allow(known, data)
        return AlreadyRegistered
    if handler is None:
        return None
    if isinstance(handler, str):
        handler = _compile_handler(name, handler, filename, lineno)
        if handler is None:
            _handlers[known] = noop
            return None
    _handlers[known] = handler
    if not mask or "*" in mask:
        _catchall_handlers[known] = True
    else:
        for cls in mask:
            _event_handler_map.setdefault(cls, {})[known] = True
    _allow(known, data)
    return Registered


def register_variable(name, d):
    """The function of an addhandler statement, from its text and flags in the store."""
    filename = d.getVarFlag(name, "filename", False)
    if not filename:
        bb.fatal("Undefined event handler function '%s'" % name)
    lineno = int(d.getVarFlag(name, "lineno", False))
    mask = (d.getVarFlag(name, "eventmask") or "").split()
    return register(name, d.getVar(name, False), mask, filename, lineno, data=d)


def remove(name, handler, data=None):
    name = _mc_name(name, data)
    _handlers.pop(name)
    _catchall_handlers.pop(name, None)
    for names in _event_handler_map.values():
        names.pop(name, None)
    if data is not None:
        allowed = data.getVar("__BBHANDLERS_MC") or set()
        if name in allowed:
            allowed.remove(name)
            data.setVar("__BBHANDLERS_MC", allowed)


def set_eventfilter(func):
    global _eventfilter
    _eventfilter = func


class UIEventFilter:
    """Which events and log records one user interface wants."""

    def __init__(self, level, debug_domains):
        self.update(None, level, debug_domains)

    def update(self, eventmask, level, debug_domains):
        self.eventmask = eventmask
        self.stdlevel = level
        self.debug_domains = debug_domains

    def filter(self, event):
        if isinstance(event, logging.LogRecord):
            own = self.debug_domains.get(event.name)
            return event.levelno >= self.stdlevel or (own is not None and event.levelno >= own)
        return not self.eventmask or _class_id(event) in self.eventmask


def register_UIHhandler(handler, mainui=False):
    global _ui_handler_seq, _uiready
    with _thread_lock:
        _ui_handler_seq += 1
        _ui_handlers[_ui_handler_seq] = handler
        _ui_logfilters[_ui_handler_seq] = UIEventFilter(*bb.msg.constructLogOptions())
        if mainui:
            _uiready = _ui_handler_seq
        return _ui_handler_seq


def unregister_UIHhandler(handlerNum, mainui=False):
    global _uiready
    if mainui:
        _uiready = False
    with _thread_lock:
        _ui_handlers.pop(handlerNum, None)


def get_uihandler():
    return _uiready or None


def set_UIHmask(handlerNum, level, debug_domains, mask):
    if handlerNum not in _ui_handlers:
        return False
    _ui_logfilters[handlerNum].update(None if "*" in mask else mask, level, debug_domains)
    return True


def getName(e):
    """The name of a class, or of an object's class."""
    return getattr(e, "__name__", None) or e.__class__.__name__


class LogHandler(logging.Handler):
    """Fires log records as events."""

    def emit(self, record):
        if record.exc_info:
            import traceback
            record.bb_exc_formatted = traceback.format_exception(*record.exc_info)
            record.exc_info = None
        fire(record, None)

    def filter(self, record):
        record.taskpid = worker_pid
        return True
