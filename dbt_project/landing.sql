-- Tables that Python writes and dbt or people read. Valid on DuckDB and PostgreSQL, and idempotent.
CREATE SCHEMA IF NOT EXISTS quarantine;
CREATE SCHEMA IF NOT EXISTS staging;
CREATE SCHEMA IF NOT EXISTS intermediate;
CREATE SCHEMA IF NOT EXISTS marts;
CREATE SCHEMA IF NOT EXISTS matching;
CREATE SCHEMA IF NOT EXISTS evaluation;
CREATE SCHEMA IF NOT EXISTS published;
CREATE SCHEMA IF NOT EXISTS audit;

CREATE TABLE IF NOT EXISTS audit.batch (
    source text,
    dataset text,
    delivery text,
    batch_id text,
    known_at timestamp,
    file_hash text,
    n_received bigint,
    n_loaded bigint,
    n_quarantined bigint,
    n_repeats bigint,
    period text
);

CREATE TABLE IF NOT EXISTS audit.dbt_result (
    run_id text,
    invocation text,
    node text,
    status text,
    seconds double precision,
    rows bigint
);

CREATE TABLE IF NOT EXISTS audit.publication (
    programme text,
    period text,
    edition text,
    known_at timestamp,
    history text,
    manifest_hash text
);

CREATE TABLE IF NOT EXISTS audit.model_state (
    scope text,
    programme text,
    period text,
    known_at timestamp,
    config_hash text,
    code_hash text
);

CREATE TABLE IF NOT EXISTS audit.approval (
    programme text,
    cohort text,
    proposal_hash text,
    decision text,
    approver text,
    decided_at timestamp,
    reason text
);

CREATE TABLE IF NOT EXISTS quarantine.rejected_row (
    source text,
    dataset text,
    period text,
    file text,
    file_hash text,
    batch_id text,
    line bigint,
    rule text,
    reason text,
    known_at timestamp
);

CREATE TABLE IF NOT EXISTS matching.proposal (
    proposal_hash text,
    programme text,
    cohort text,
    period text,
    known_at timestamp,
    status text,
    inputs_hash text,
    config_hash text,
    solver text,
    seed bigint,
    certificate_json text,
    payload_json text
);

CREATE TABLE IF NOT EXISTS matching.approved_pair (
    programme text,
    cohort text,
    mentee_person_id text,
    mentor_person_id text,
    score double precision,
    matched_on date,
    proposal_hash text,
    known_at timestamp
);

CREATE TABLE IF NOT EXISTS matching.unmatched (
    programme text,
    cohort text,
    person_id text,
    role text,
    reason_code text,
    proposal_hash text,
    known_at timestamp
);

CREATE TABLE IF NOT EXISTS matching.pair_component (
    programme text,
    cohort text,
    mentee_person_id text,
    mentor_person_id text,
    component text,
    score double precision,
    proposal_hash text,
    known_at timestamp
);

-- The odds with which a pair was drawn among near-optimal assignments: 1 where nothing was drawn.
CREATE TABLE IF NOT EXISTS matching.pair_odds (
    programme text,
    cohort text,
    mentee_person_id text,
    mentor_person_id text,
    probability double precision,
    proposal_hash text,
    known_at timestamp
);

-- The draw of places, before the matching: whoever is offered one stays among the offered, matched or not.
CREATE TABLE IF NOT EXISTS matching.offer (
    programme text,
    cohort text,
    person_id text,
    stratum text,
    is_offered boolean,
    probability double precision,
    draw_number bigint,
    proposal_hash text,
    known_at timestamp
);

CREATE TABLE IF NOT EXISTS matching.match_summary (
    programme text,
    cohort text,
    metric text,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision,
    known_at timestamp
);

CREATE TABLE IF NOT EXISTS evaluation.cohort_metric (
    programme text,
    period text,
    edition text,
    cohort text,
    metric text,
    group_dimension text,
    group_value text,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS evaluation.key_factor (
    programme text,
    period text,
    edition text,
    cohort text,
    factor text,
    indicator text,
    month text,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS evaluation.survey_scale (
    programme text,
    period text,
    edition text,
    cohort text,
    role text,
    scale text,
    statistic text,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS evaluation.effect (
    programme text,
    period text,
    edition text,
    cohort text,
    outcome text,
    design text,
    estimand text,
    wording text,
    reading_quarter text,
    unit text,
    n_treated bigint,
    n_control bigint,
    effective_sample_size double precision,
    minimum_detectable_effect double precision,
    p_value double precision,
    p_adjusted double precision,
    e_value double precision,
    max_smd_before double precision,
    max_smd_after double precision,
    status text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS evaluation.goal (
    programme text,
    period text,
    edition text,
    cohort text,
    goal text,
    metric text,
    baseline double precision,
    target double precision,
    target_date date,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS evaluation.theme (
    programme text,
    period text,
    edition text,
    cohort text,
    role text,
    theme text,
    language text,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS evaluation.anonymous_outcome (
    programme text,
    period text,
    edition text,
    cohort text,
    ground text,
    group_code text,
    participation text,
    outcome text,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS evaluation.workforce (
    programme text,
    period text,
    edition text,
    cohort text,
    dimension text,
    group_value text,
    metric text,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS evaluation.adjustment (
    programme text,
    period text,
    edition text,
    cohort text,
    adjustment_id text,
    area text,
    decided_on date,
    follow_up_on date,
    result text,
    unit text,
    value double precision,
    n bigint,
    is_hidden boolean,
    hidden_reason text,
    low double precision,
    high double precision
);

CREATE TABLE IF NOT EXISTS audit.validation (
    run_id text,
    period text,
    edition text,
    dataset text,
    expectation text,
    column_name text,
    n_checked bigint,
    n_unexpected bigint,
    is_success boolean
);

CREATE TABLE IF NOT EXISTS audit.warning (
    run_id text,
    period text,
    edition text,
    dataset text,
    warning text
);
