"""The subjects of the web, each a blueprint, in the order they are registered."""

from __future__ import annotations

from flask import Blueprint

from webapp import api

ALL: tuple[Blueprint, ...] = (api.blueprint,)
