# SPDX-License-Identifier: MIT
"""Log levels, formatting and filters of the "BitBake" loggers."""

import copy
import logging
import os
import sys

import _bbc


class BBLogFormatter(logging.Formatter):
    """Level names in the user's words; plain messages as they are; optional colour."""

    DEBUG3 = logging.DEBUG - 2
    DEBUG2 = logging.DEBUG - 1
    DEBUG = logging.DEBUG
    VERBOSE = logging.INFO - 1
    NOTE = logging.INFO
    PLAIN = logging.INFO + 1
    VERBNOTE = logging.INFO + 2
    WARNONCE = logging.WARNING - 1
    WARNING = logging.WARNING
    ERRORONCE = logging.ERROR - 1
    ERROR = logging.ERROR
    CRITICAL = logging.CRITICAL

    BASECOLOR, BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE = range(29, 38)

    # level: (name, colour)
    _table = {
        DEBUG3: ("DEBUG", CYAN),
        DEBUG2: ("DEBUG", CYAN),
        DEBUG: ("DEBUG", CYAN),
        VERBOSE: ("NOTE", BASECOLOR),
        NOTE: ("NOTE", BASECOLOR),
        PLAIN: ("", BASECOLOR),
        VERBNOTE: ("NOTE", BASECOLOR),
        WARNONCE: ("WARNING", YELLOW),
        WARNING: ("WARNING", YELLOW),
        ERRORONCE: ("ERROR", RED),
        ERROR: ("ERROR", RED),
        CRITICAL: ("ERROR", RED),
    }
    levelnames = {level: entry[0] for level, entry in _table.items()}
    COLORS = {level: entry[1] for level, entry in _table.items()}

    STD, BLD, RST = "\033[%dm", "\033[1;%dm", "\033[0m"

    color_enabled = False

    def getLevelName(self, levelno):
        return self.levelnames.setdefault(levelno, "Level %d" % levelno)

    def format(self, record):
        record.levelname = self.getLevelName(record.levelno)
        if record.levelno == self.PLAIN:
            text = record.getMessage()
        else:
            text = logging.Formatter.format(self, self.colorize(record) if self.color_enabled else record)
        formatted = getattr(record, "bb_exc_formatted", None)
        return text if formatted is None else text + "\n" + "".join(formatted)

    def colorize(self, record):
        color = self.COLORS.get(record.levelno)
        if not self.color_enabled or color is None:
            return record
        painted = copy.copy(record)
        painted.levelname = self.BLD % color + record.levelname + self.RST
        painted.msg = "%s%s%s" % (self.STD % color, record.msg, self.RST)
        return painted

    def enable_color(self):
        self.color_enabled = True

    def __repr__(self):
        return "%s fmt='%s' color=%s" % (self.__class__.__name__, self._fmt, bool(self.color_enabled))


class BBLogFilter:
    """Lets records of a level pass, and of chosen loggers from a lower level on."""

    def __init__(self, handler, level, debug_domains):
        self.stdlevel = level
        self.debug_domains = debug_domains
        handler.setLevel(min([level, *debug_domains.values()]))
        handler.addFilter(self)

    def filter(self, record):
        return record.levelno >= self.debug_domains.get(record.name, self.stdlevel) or \
            record.levelno >= self.stdlevel


class LogFilterShowOnce(logging.Filter):
    """Drops what warnonce and erroronce said before."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def filter(self, record):
        if record.levelno not in (BBLogFormatter.WARNONCE, BBLogFormatter.ERRORONCE):
            return True
        key = (record.levelno, record.msg)
        if key in self.seen:
            return False
        self.seen.add(key)
        return True


class LogFilterGEQLevel(logging.Filter):
    def __init__(self, level):
        super().__init__()
        self.strlevel = str(level)
        self.level = stringToLevel(level)

    def filter(self, record):
        return record.levelno >= self.level

    def __repr__(self):
        return "%s level >= %s (%d)" % (self.__class__.__name__, self.strlevel, self.level)


class LogFilterLTLevel(LogFilterGEQLevel):
    def filter(self, record):
        return record.levelno < self.level

    def __repr__(self):
        return "%s level < %s (%d)" % (self.__class__.__name__, self.strlevel, self.level)


def _initial_level():
    verbosity = _bbc.verbosity()
    return BBLogFormatter.NOTE if verbosity < 1 else BBLogFormatter.DEBUG + 1 - verbosity


loggerDefaultLogLevel = _initial_level()
loggerDefaultDomains = {}


def init_msgconfig(verbose, debug, debug_domains=None):
    global loggerDefaultLogLevel, loggerDefaultDomains
    if debug:
        loggerDefaultLogLevel = BBLogFormatter.DEBUG + 1 - debug
    else:
        loggerDefaultLogLevel = BBLogFormatter.VERBOSE if verbose else BBLogFormatter.NOTE
    counts = {}
    for domain in debug_domains or []:
        counts[domain] = counts.get(domain, 0) + 1
    loggerDefaultDomains = {"BitBake.%s" % d: logging.DEBUG + 1 - n for d, n in counts.items()}


def constructLogOptions():
    return loggerDefaultLogLevel, loggerDefaultDomains


def addDefaultlogFilter(handler, cls=BBLogFilter, forcelevel=None):
    cls(handler, loggerDefaultLogLevel if forcelevel is None else forcelevel, loggerDefaultDomains)


def stringToLevel(level):
    """The number of a level given as a number, as one of logging's names, or as one of ours."""
    try:
        return int(level)
    except ValueError:
        return getattr(logging, level) if hasattr(logging, level) else getattr(BBLogFormatter, level)


def fatal(msgdomain, msg):
    logging.getLogger("BitBake.%s" % msgdomain if msgdomain else "BitBake").critical(msg)
    sys.exit(1)


def logger_create(name, output=sys.stderr, level=logging.INFO, preserve_handlers=False, color="auto"):
    """A logger that writes to `output` by itself, for programs outside of a build."""
    log = logging.getLogger(name)
    console = logging.StreamHandler(output)
    console.addFilter(LogFilterShowOnce())
    formatter = BBLogFormatter("%(levelname)s: %(message)s")
    if color == "always" or (color == "auto" and output.isatty() and not os.environ.get("NO_COLOR")):
        formatter.enable_color()
    console.setFormatter(formatter)
    if not preserve_handlers:
        log.handlers = []
    log.addHandler(console)
    log.setLevel(level)
    return log


def has_console_handler(logger):
    return any(isinstance(h, logging.StreamHandler) and h.stream in (sys.stderr, sys.stdout) for h in logger.handlers)
