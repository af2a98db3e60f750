"""A record as a page to print: self-contained HTML, A4 or Letter, everything escaped, no script, no outside address."""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from registry.countries import country_name
from sidecar.evidence import records
from sidecar.evidence.records import Record, RecordedAnswer
from sidecar.evidence.scripts import language_of
from sidecar.visible import visible

# No `size`: the paper is the reader's. The margins hold on A4 and on Letter.
STYLE = """
@page { margin: 16mm 15mm 18mm }
html { color-scheme: only light; background: #fff; color: #1b1f23 }
body { font: 10.5pt/1.45 "Source Sans 3", system-ui, sans-serif; max-width: 180mm; margin: 0 auto; padding: 8mm }
@media print { body { max-width: none; padding: 0 } }
h1 { font-size: 18pt; line-height: 1.2; margin: 0 0 2mm }
h2 { font-size: 13pt; margin: 8mm 0 2mm; border-bottom: 1px solid #999; break-after: avoid }
h3 { font-size: 11.5pt; margin: 6mm 0 1mm; break-after: avoid }
h4 { font-size: 10pt; margin: 3mm 0 1mm; break-after: avoid }
p, ul { margin: 1mm 0 }
.text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; text-align: start; margin: 1mm 0 2mm;
  padding: 2mm 3mm; border-left: 3px solid #1f4e79; background: #f6f5f1; font: inherit; orphans: 3; widows: 3 }
.thinking { border-left-style: dotted }
.note { font-weight: 600 }
table { border-collapse: collapse; width: 100%; margin: 1mm 0; font-size: 9pt }
th, td { text-align: start; vertical-align: top; padding: 0.6mm 2mm 0.6mm 0; border-bottom: 1px solid #ddd }
th { width: 34%; font-weight: 600 }
td { overflow-wrap: anywhere; unicode-bidi: plaintext }
tr { break-inside: avoid }
code { font-family: ui-monospace, monospace; font-size: 9pt; overflow-wrap: anywhere }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
UNCHECKED = "What models answered is printed as they gave it. It was not checked by us and is not our opinion."
DEMONSTRATION = "A demonstration model, far too small to stand for open models: its answers say nothing about them."
NO_SIGNATURE = (
    "A hash shows that nothing was changed since the hash was noted. It is no signature: it does not show who made the "
    "record."
)


def page(record: Record, facts: Mapping[str, Sequence[str]] | None = None) -> str:
    """The whole document. `facts`: plain sentences by endpoint id (origin, licence, downloads), for its answer."""
    title = f"Live comparison of {_moment(record.asked_at)}"
    body = chain(
        [_element("h1", title), _element("p", UNCHECKED, "note")],
        _prompt(record),
        [_element("h2", "Answers")],
        *(_answer(answer, (facts or {}).get(answer.endpoint_id, ())) for answer in record.answers),
        _checking(record),
    )
    return "\n".join(chain(_head(title), body, ["</body>", "</html>", ""]))


def _head(title: str) -> Iterator[str]:
    yield from ("<!doctype html>", '<html lang="en">', "<head>", '<meta charset="utf-8">')
    yield f'<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width">'
    yield from (_element("title", f"{title} · Open Model Observatory"), f"<style>{STYLE}</style>", "</head>", "<body>")


def _prompt(record: Record) -> Iterator[str]:
    yield _element("h2", "Prompt")
    for message in record.messages:
        if len(record.messages) > 1:
            yield _element("h3", message.role.capitalize())
        yield _text(message.content)


def _answer(answer: RecordedAnswer, facts: Sequence[str]) -> Iterator[str]:
    yield "<section>"
    yield _element("h3", answer.name)
    # A record may come from anybody: that nothing was sent is what it says, not what we promise.
    yield _element("p", f"Where the prompt went, by this record: {answer.went_to}")
    if answer.is_demonstration:
        yield _element("p", DEMONSTRATION, "note")
    if facts:
        yield from ("<ul>", *(_element("li", fact) for fact in facts), "</ul>")
    if not answer.is_whole:
        yield _element("p", f"Not a whole answer ({answer.state}). {answer.sentence or ''}".strip(), "note")
    elif answer.is_cut_off:
        yield _element("p", answer.sentence or f"Ended early by the server ({answer.finish_reason}).", "note")
    yield _text(answer.text or "(no text)")
    if answer.thinking:
        yield from (_element("h4", "Thinking before the answer"), _text(answer.thinking, "text thinking"))
    yield from (_element("h4", "Where this answer comes from"), *_table(_provenance(answer)), "</section>")


def _provenance(answer: RecordedAnswer) -> Iterator[tuple[str, str]]:
    yield "Model", f"{answer.hub_model_id or answer.model} ({answer.kind})"
    yield "Maker, licence", f"{answer.organisation}; {answer.licence}"
    yield "Weights: revision", answer.revision or "not stated"
    yield "Weights: SHA-256", answer.weights_sha256 or "not stated"
    yield "Quantisation", answer.quantisation or "none stated"
    yield "Server, engine", " ".join(filter(None, [f"{answer.server};", answer.engine, answer.engine_version]))
    if answer.operator or answer.jurisdiction:
        country = country_name(answer.jurisdiction) if answer.jurisdiction else "not stated"
        yield "Operator, jurisdiction", f"{answer.operator or 'not stated'}; {country}"
    yield "Prompt template: SHA-256", answer.template_sha256 or "not told by the server"
    yield "Sampling", _sampling(answer)
    yield "Asked at", _moment(answer.started_at) if answer.started_at else "never"
    yield "Times", _times(answer)
    yield "Tokens", _tokens(answer)
    if answer.cost_usd is not None:
        yield "Cost", f"{answer.cost_usd:.6f} US dollars"
    yield "Server's reason for the end", answer.finish_reason or "none given"
    if answer.fingerprint:
        yield "Server's fingerprint", answer.fingerprint
    yield "Answer: SHA-256", answer.text_sha256


def _sampling(answer: RecordedAnswer) -> str:
    return (
        f"temperature {answer.temperature:g}, top-p {answer.top_p:g}, seed {answer.seed}, "
        f"at most {answer.max_tokens} tokens"
    )


def _times(answer: RecordedAnswer) -> str:
    named = {
        "waited in our line": answer.waited_s,
        "first token after": answer.first_token_s,
        "first token of the answer after": answer.first_answer_token_s,
        "in all": answer.total_s,
    }
    told = [f"{name} {seconds:.2f} s" for name, seconds in named.items() if seconds is not None]
    return ", ".join(told) or "not measured"


def _tokens(answer: RecordedAnswer) -> str:
    if answer.usage is None:
        return "not told by the server"
    usage = answer.usage
    thinking = f", {usage.thinking_tokens} for thinking" if usage.thinking_tokens is not None else ""
    rate = f"; {answer.tokens_per_second:.1f} a second" if answer.tokens_per_second is not None else ""
    return f"{usage.prompt_tokens} in the prompt, {usage.answer_tokens} in the answer{thinking}{rate}"


def _checking(record: Record) -> Iterator[str]:
    yield _element("h2", "How to check this record")
    yield _element(
        "p", "The same record as a file holds everything on this page and more. To ask the same models again:"
    )
    yield f"<p>{_element('code', f'python -m sidecar replay {records.file_name(record)}')}</p>"
    yield _element(
        "p",
        "It prints “identical” or the difference; identical is only promised at temperature 0 on an embedded engine.",
    )
    yield from _table(
        [
            ("Record", record.record_id),
            ("Record: SHA-256", record.record_sha256),
            ("Prompt: SHA-256", record.prompt_sha256),
            ("Asked at", _moment(record.asked_at)),
            ("Observatory", f"version {record.observatory_version}, data of release {record.release_id or '(none)'}"),
        ]
    )
    yield _element("p", NO_SIGNATURE)


def _table(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "<table>"
    for name, value in rows:
        yield f'<tr><th scope="row">{_escaped(name)}</th><td>{_escaped(value)}</td></tr>'
    yield "</table>"


def _text(text: str, css_class: str = "text") -> str:
    """A text of a reader or a model, in its own direction, marked with the language that its script tells."""
    return f'<div class="{css_class}" dir="auto" lang="{language_of(text)}">{_escaped(text)}</div>'


def _element(tag: str, text: str, css_class: str = "") -> str:
    marked = f' class="{css_class}"' if css_class else ""
    return f"<{tag}{marked}>{_escaped(text)}</{tag}>"


def _escaped(text: str) -> str:
    return html.escape(visible(text))


def _moment(time: str) -> str:
    """`2026-11-25 04:43:42 UTC` of the record's time."""
    return f"{time[:10]} {time[11:19]} UTC"
