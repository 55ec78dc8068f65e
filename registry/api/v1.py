"""Version 1 of the API: a list of what it includes."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1")
