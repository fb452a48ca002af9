"""Errors that a user can cause. Each message is one sentence for that user:
what is wrong, where, and what to do."""


class UserError(Exception):
    """Base of all errors whose text is meant to be read by the user."""


class ConfigError(UserError):
    """A setting is missing, of the wrong kind or out of its limits."""


class DataError(UserError):
    """A data set cannot be read, or what was read cannot be used."""


class RunError(UserError):
    """A run's folder cannot be read or written."""


class DeviceError(UserError):
    """The device asked for is not there, or has not enough memory."""


class TrainingError(UserError):
    """Training cannot go on (for example because the loss is not finite)."""


class Cancelled(Exception):  # noqa: N818  (not an error: the user's wish)
    """The user asked to cancel; raised by a `Progress` callable to end the work."""
