-- What a release says of itself so that a later one can be compared with it, and what changed since the ones before.

-- Everything that decides figures: entries of the registry, readings, SQL files, the scope.
create table meta_inputs (kind varchar, name varchar, content varchar);
-- The figures of complete periods as the pages show them. `definition` is the choice of filters, as an address holds it.
create table meta_figures (
    what varchar, definition varchar, period varchar, period_start date, group_name varchar, value double
);
-- Each release that was compared with the one before it.
create table meta_comparisons (
    published_in varchar, built_at timestamp, compared_with varchar, compared_built_at timestamp, figures bigint,
    revised bigint, listed bigint, ignored varchar
);
-- Each published figure that a release changed, with the causes that the two releases give for it.
create table meta_revisions (
    published_in varchar, what varchar, definition varchar, period varchar, period_start date, group_name varchar,
    value_before double, value_after double, difference double, size double, reason_kinds varchar, reason varchar
);

-- Steps on the way, empty where there is no release to compare with.
create temp table revised_figures (
    what varchar, definition varchar, period varchar, period_start date, period_end date, group_name varchar,
    value_before double, value_after double, size double, regions varchar[]
);
-- A cause with what it can touch: an empty list is everything, an empty day is any day. Days are those that it changes.
create temp table causes (
    kind varchar, detail varchar, weight double, whats varchar[], definitions varchar[], regions varchar[], first_day date,
    last_day date
);
