"""Operator commands of the listings."""

import asyncio
from typing import Annotated

import typer

from registry.listings import tasks
from registry.listings.service.place import place_requested
from registry.platform.database import Database, create_engine
from registry.platform.settings import get_settings

app = typer.Typer(help="Annonces partagées / shared listings.", no_args_is_help=True)
