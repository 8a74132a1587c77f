"""What the stage is told about a run at a step: findings with their remedies, and questions."""

from typing import Any

from nnviz.runs import Run
from nnviz.runs.diagnosis import diagnose
from nnviz.runs.questions import questions
from nnviz.runs.remedy import Remedy
from nnviz.serve.posted import spell, whole


def advice(run: Run) -> dict[str, Any]:
    """Return the findings and questions of `run` at its step, as plain JSON values."""
    return {
        "findings": [
            {
                "words": one.words,
                "advice": one.advice,
                "remedy": one.remedy and _told(one.remedy),
                "ask": one.ask,
            }
            for one in diagnose(run)
        ],
        "questions": [{"kind": one.kind, "words": one.words} for one in questions(run)],
    }


def _told(remedy: Remedy) -> dict[str, str | None]:
    experiment = remedy.experiment
    return {"words": remedy.words, "experiment": spell(experiment), "own": whole(experiment)}
