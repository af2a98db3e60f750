-- What a release is built from, declared: the lake's tables, the registry's tables and a few facts of the run.
-- All of it is temporary. A table whose source was never read stays empty, and everything after it still works.

create temp table declared_model_numbers (model_number integer, observed_on date, source_id varchar, model_id varchar);
-- A row where a counter differs from the last known one, at first sight, or all null where the model is gone.
create temp table declared_model_changes (
    model_number integer, observed_on date, source_id varchar, downloads_30d bigint, downloads_all_time bigint, likes bigint,
    delta bigint, from_on date
);
create temp table declared_metadata_changes (
    model_number integer, observed_on date, source_id varchar, created_at timestamptz, task varchar, library varchar,
    parameters bigint, licence_tag varchar, licence_name varchar, licence_link varchar, is_gated boolean,
    base_model_ids varchar[], base_relation varchar
);
create temp table declared_licence_tags (observed_on date, source_id varchar, licence_tag varchar, label varchar);
create temp table declared_spdx_licences (
    observed_on date, source_id varchar, spdx_id varchar, name varchar, is_osi_approved boolean, is_deprecated boolean,
    reference_url varchar, list_version varchar
);
create temp table declared_scores (
    observed_on date, source_id varchar, benchmark_id varchar, benchmark_name varchar, unit varchar,
    higher_is_better boolean, min_score double, max_score double, model_label varchar, published_on date,
    model_id varchar, organisation_label varchar, licence_label varchar, score double, score_low double,
    score_high double, votes bigint, rank bigint
);
create temp table declared_refused_rows (observed_on date, source_id varchar, item varchar, reason varchar);
create temp table declared_control_totals (observed_on date, source_id varchar, measure varchar, value double);

create temp table registry_organisations (
    organisation_id varchar, name varchar, kind varchar, parent_organisation_id varchar, parent_name varchar,
    country_code varchar, region varchar, on_hub boolean, confidence varchar, evidence_url varchar, checked_on date
);
create temp table registry_organisation_labels (label varchar, organisation_id varchar);
create temp table registry_families (
    family_id varchar, name varchar, organisation_ids varchar[], hub_id_pattern varchar, label_pattern varchar
);
create temp table registry_family_releases (family_id varchar, name varchar);
create temp table registry_reuploaders (account varchar);
create temp table registry_corrections (
    subject varchar, field varchar, upstream_value varchar, right_value varchar, reason varchar, evidence_title varchar,
    evidence_url varchar, checked_on date
);
create temp table registry_licences (
    licence_id varchar, name varchar, licence_class varchar, spdx_id varchar, is_osi_approved boolean,
    allows_commercial_use boolean, commercial_threshold varchar, naming_duty varchar, use_restrictions varchar,
    regional_exclusions varchar, output_training_limits varchar, text_url varchar, evidence varchar[],
    reason varchar, confidence varchar
);
create temp table registry_licence_tags (licence_tag varchar, licence_id varchar);
create temp table registry_licence_names (licence_name varchar, licence_id varchar);
create temp table registry_licence_labels (licence_label varchar, licence_id varchar, licence_class varchar);
create temp table registry_leaderboard_labels (
    position bigint, pattern varchar, organisation_id varchar, is_open_weights boolean
);
create temp table registry_events (
    event_id varchar, event_date date, date_precision varchar, title varchar, kind varchar, jurisdiction varchar,
    organisations varchar[], families varchar[], summary varchar, confidence varchar, source_title varchar,
    source_url varchar
);
create temp table registry_sources (
    source_id varchar, title varchar, publisher varchar, url varchar, licence varchar, licence_url varchar,
    attribution varchar, redistribution varchar, reads varchar, stale_after_days bigint
);
create temp table registry_panels (panel_id varchar, name varchar);
create temp table registry_thresholds (threshold_id varchar, value bigint);

create temp table input_release (
    release_id varchar, built_at timestamp, code_version varchar, is_simulated boolean, scope varchar
);
-- Every committed reading; of a source that is read whole each time, only the newest counts.
create temp table input_readings (
    source_id varchar, observed_on date, is_simulated boolean, snapshot_sha256 varchar, rows bigint, scope varchar,
    counts boolean
);
-- The accounts that a reading of models speaks for, where it does not speak for all of them (scope `hub`).
create temp table input_covered_accounts (source_id varchar, observed_on date, account varchar);
-- How each source stood after its last attempt, as the ETL keeps it beside the releases.
create temp table input_source_states (
    source_id varchar, status varchar, message varchar, last_attempt_at timestamp, last_success_at timestamp,
    snapshot_sha256 varchar
);
-- Rows that each table had in the release before, in the same scope; empty when there is none.
create temp table input_previous_rows (table_name varchar, source_id varchar, rows bigint);

-- The worst of several flags is the one a reader must see; the order is from "do not trust" to "know this".
create temp macro flag_rank(flag) as list_position(
    ['counter_fall', 'counter_jump', 'spike', 'jump', 'fall', 'renamed', 'counter_stalled', 'long_interval'], flag
);
-- What a reader can leave out: downloads that were counted and stand out. What a recount showed is replaced already.
create temp macro is_marked(flag) as coalesce(flag in ('spike', 'jump'), false);
-- Integers spread over days add up exactly: each stretch gets the difference of the rounded-down running total.
create temp macro spread(total, days, first_day, last_day) as (total * last_day) // days - (total * first_day) // days;

-- Periods as numbers: grouping tens of millions of rows compares integers. Weeks begin on Monday, as 1 January 2001 was one.
create temp macro month_number(day) as year(day) * 12 + month(day) - 1;
create temp macro month_of(number) as make_date(number // 12, number % 12 + 1, 1);
create temp macro week_number(day) as (day - date '2001-01-01') // 7;
create temp macro week_of(number) as date '2001-01-01' + (number * 7)::integer;
-- The part of an interval's downloads that falls into a month or a week; the days of a rolling window are not known, so it
-- stands wholly in the month of its reading.
create temp macro first_month(from_on, to_on, method) as month_number(if(method = 'rolling_window', to_on, from_on + 1));
create temp macro in_days(total, from_on, to_on, first_on, last_on) as spread(
    total, to_on - from_on, greatest(first_on - 1 - from_on, 0), least(last_on, to_on) - from_on
);
create temp macro in_month(total, from_on, to_on, method, number) as if(
    method = 'rolling_window', total, in_days(total, from_on, to_on, month_of(number), last_day(month_of(number)))
);
create temp macro in_week(total, from_on, to_on, number) as in_days(total, from_on, to_on, week_of(number), week_of(number) + 6);
-- Model, period and method in one integer: grouping fifty million of them takes half the memory that three columns would.
create temp macro period_key(model_number, number, method) as
    (model_number::bigint << 16) | (number << 1) | (method = 'all_time_difference')::integer;
create temp macro key_model(key) as (key >> 16)::integer;
create temp macro key_number(key) as (key >> 1) & 32767;
create temp macro key_method(key) as if(key & 1 = 1, 'all_time_difference', 'rolling_window');
create temp macro squared(number) as number::hugeint * number;
-- Downloads and model in one integer, larger for more downloads, then for the smaller number: lists of the largest need it.
-- Room for 549 billion downloads and 16 million models.
create temp macro packed(downloads, model_number) as downloads * 16777216 + (16777215 - model_number);
create temp macro packed_downloads(number) as number // 16777216;
create temp macro packed_model(number) as (16777215 - number % 16777216)::integer;
-- Sizes are printed rounded: two that differ by less than half a percent are the same.
create temp macro is_same_size(field, one, other) as field = 'parameters'
    and abs(try_cast(one as double) - try_cast(other as double)) < 0.005 * try_cast(other as double);
