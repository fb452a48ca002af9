"""All that a training needs to go on, and whether it belongs to the training at hand."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vae_desktop.core.config import SECTIONS, RunConfig, field_of
from vae_desktop.core.errors import RunError
from vae_desktop.core.events import Checkpoint, frozen
from vae_desktop.core.models.build import difference

VERSION = 1
FREE = {
    ("training", "epochs"),
    ("training", "patience"),
    ("training", "threads"),
    ("training", "device"),
    ("data", "folder"),
    ("data", "fingerprint"),
}
"""Settings that may be others when a run goes on."""


def copies(tensors: Mapping[str, Tensor]) -> dict[str, np.ndarray[Any, Any]]:
    """Read-only arrays of live tensors, from any device."""
    return {name: frozen(tensor.detach().cpu().numpy()) for name, tensor in tensors.items()}


def facts_of(config: RunConfig, fingerprint: str) -> dict[str, Any]:
    """By what a checkpoint is known to belong to a run."""
    return {
        "version": VERSION,
        "config": config.model_dump(mode="json", exclude={"version"}),
        "fingerprint": fingerprint,
    }


def check(
    checkpoint: Checkpoint, config: RunConfig, fingerprint: str, live: Mapping[str, Tensor]
) -> None:
    """Whether a training can go on from a checkpoint.

    Args:
        checkpoint: where it was.
        config, fingerprint: of the run and the data that it would go on with.
        live: the tensors that would be overwritten.

    Raises:
        RunError: it cannot, with what differs; nothing is changed.
    """
    facts = checkpoint.facts
    if facts.get("version") != VERSION:
        raise RunError(
            f"The checkpoint is of format version {facts.get('version')}, this program reads "
            f"version {VERSION}; go on with the program that wrote it."
        )
    _check_settings(facts.get("config"), config)
    if facts.get("fingerprint") != fingerprint:
        raise RunError(
            "The checkpoint is from other pictures than the data set holds now; bring the "
            "original data set back, or start a new run."
        )
    expected = {name: (tuple(tensor.shape), _kind(tensor)) for name, tensor in live.items()}
    found = {name: (array.shape, str(array.dtype)) for name, array in checkpoint.tensors.items()}
    if expected != found:
        raise RunError(f"The checkpoint does not fit the run: {difference(expected, found)}.")


def restore(tensors: Mapping[str, np.ndarray[Any, Any]], live: Mapping[str, Tensor]) -> None:
    """Copy a checkpoint's arrays into live tensors; both are known to fit."""
    with torch.no_grad():
        for name, tensor in live.items():
            tensor.copy_(torch.from_numpy(tensors[name].copy()))


def _check_settings(then: Any, config: RunConfig) -> None:
    now = json.loads(config.to_json())
    for section, kind in SECTIONS:
        for name in kind.model_fields:
            if (section, name) in FREE:
                continue
            before = then.get(section, {}).get(name) if isinstance(then, dict) else None
            if before != now[section][name]:
                raise RunError(
                    f"{field_of(section, name).title}: the checkpoint was made with {before}, "
                    f"but the run has {now[section][name]}; a run goes on with its own settings."
                )


def _kind(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
