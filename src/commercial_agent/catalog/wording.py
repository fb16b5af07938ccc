"""A plan in words and as the pandas it stands for: for logs, the console and the curious; nothing here is run."""

from __future__ import annotations

from commercial_agent.catalog.query import AnyOf, Between, Filter, HasWords, OneOf, Query


def as_pandas(query: Query) -> str:
    """The pandas code a plan stands for."""
    text = "cars"
    if query.ids:
        text += f"[cars.stock_id.isin({list(query.ids)!r})]"
    if query.filters:
        text += "[" + " & ".join(f"({_condition(condition)})" for condition in query.filters) + "]"
    if query.aggregates:
        figures = ", ".join(
            f"{item.function}_{item.column or 'cars'}=({item.column or 'stock_id'!r}, {str(item.function)!r})"
            for item in query.aggregates
        )
        return text + (f".groupby({query.group_by!r})" if query.group_by else "") + f".agg({figures})"
    if query.near:
        text += f".sort_values('distance_to_{query.near}')"
    elif query.order:
        columns, rising = [s.column for s in query.order], [not s.descending for s in query.order]
        text += f".sort_values({columns!r}, ascending={rising!r})"
    else:
        text += ".sort_values('value_rank')"
    if query.top_per_group:
        text += f".groupby({query.top_per_group.column!r}).head({query.top_per_group.count})"
    if query.limit is not None or query.offset:
        end = "" if query.limit is None else query.offset + query.limit
        text += f".iloc[{query.offset}:{end}]"
    return text


def _condition(condition: Filter) -> str:
    match condition:
        case Between(column, low, high, negated):
            parts = [f"cars.{column} >= {low}"] if low is not None else []
            parts += [f"cars.{column} <= {high}"] if high is not None else []
            inside = " & ".join(f"({part})" for part in parts) if len(parts) > 1 else parts[0]
            return f"cars.{column}.notna() & ~({inside})" if negated else inside
        case OneOf(column, values, negated):
            inside = f"cars.{column}.isin({list(values)!r})"
            return f"cars.{column}.notna() & ~{inside}" if negated else inside
        case HasWords(words, negated):
            inside = " & ".join(f"cars.version.str.contains({word!r}, case=False, regex=False)" for word in words)
            return f"~({inside})" if negated else inside
        case AnyOf(filters):
            return " | ".join(f"({_condition(inner)})" for inner in filters)


def describe(query: Query) -> str:
    """A plan in English words."""
    conditions = "; ".join(_words(condition) for condition in query.filters)
    text = f"cars {', '.join(query.ids)}" if query.ids else "cars"
    text += f" with {conditions}" if conditions else " of the whole stock" if not query.ids else ""
    if query.aggregates:
        figures = ", ".join(f"{item.function} of {item.column or 'cars'}" for item in query.aggregates)
        return f"{figures} over {text}" + (f", by {query.group_by}" if query.group_by else "")
    if query.near:
        text += f", most like {query.near} first"
    elif query.order:
        text += ", by " + ", ".join(f"{s.column} {'falling' if s.descending else 'rising'}" for s in query.order)
    else:
        text += ", best value first"
    if query.top_per_group:
        text += f", the first {query.top_per_group.count} of each {query.top_per_group.column}"
    if query.limit is not None:
        text += f", {query.limit} from place {query.offset + 1}"
    return text


def _words(condition: Filter) -> str:
    match condition:
        case Between(column, low, high, negated):
            inside = " and ".join(
                word
                for word in (f"from {low}" if low is not None else "", f"up to {high}" if high is not None else "")
                if word
            )
            return f"{column} {'not ' if negated else ''}{inside}"
        case OneOf(column, values, negated):
            return f"{column} {'other than' if negated else 'among'} {', '.join(map(str, values))}"
        case HasWords(words, negated):
            return f"version {'without' if negated else 'with'} {' '.join(words)}"
        case AnyOf(filters):
            return " or ".join(_words(inner) for inner in filters)
