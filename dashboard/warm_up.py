"""What the first visitor would otherwise wait for: imports, the release, every chart in its default form."""

import logging

import registry
from charts import catalogue
from dashboard import data
from settings import settings
from sidecar import models
from warehouse.connect import NoRelease

log = logging.getLogger(__name__)


def what_everything_needs() -> None:
    """Settings, registry, prompts, models file: a mistake in them ends the start with its sentence, not a page."""
    try:
        registry.load()
        registry.load_prompts()
        registry.load_answer_rules()
        models.load(settings().sidecar_config)
    except registry.RegistryError as error:
        raise SystemExit(str(error)) from None


def everything() -> None:
    """Draws every chart once; a release that is missing, or a chart that fails, is only noted: pages say it better."""
    try:
        release = data.current_release()
    except NoRelease as missing:
        log.info("nothing to warm up: %s", missing)
        return
    for chart in catalogue.CHARTS:
        try:
            catalogue.draw(release, chart, chart.defaults)
        except Exception:
            log.exception("chart %s could not be drawn", chart.id)
