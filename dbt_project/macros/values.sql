{# Text from configuration as an SQL literal. #}
{% macro sql_text(value) -%}
    '{{ value | string | replace("'", "''") }}'
{%- endmacro %}

{# A date from configuration (ISO text) as an SQL literal. #}
{% macro sql_date(value) -%}
    {%- if not modules.re.fullmatch('\\d{4}-\\d{2}-\\d{2}', value | string) -%}
        {{ exceptions.raise_compiler_error("'" ~ value ~ "' is no date; write for example 2026-09-30") }}
    {%- endif -%}
    cast('{{ value }}' as date)
{%- endmacro %}

{# The moment whose knowledge counts, UTC, as a timestamp without zone. #}
{% macro known_at() -%}
    {%- set value = var('known_at') | string -%}
    {%- if not modules.re.fullmatch('\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z', value) -%}
        {{ exceptions.raise_compiler_error("known_at '" ~ value ~ "': expected UTC such as 2026-10-20T06:00:00Z") }}
    {%- endif -%}
    cast('{{ value | replace("T", " ") | replace("Z", "") }}' as timestamp)
{%- endmacro %}

{# The decimal that was written in the file: by way of text, because the engines round binary halves differently. #}
{% macro decimal(column, digits, decimals) -%}
    cast(cast({{ column }} as text) as numeric({{ digits }}, {{ decimals }}))
{%- endmacro %}

{# Division with one meaning on both engines: a decimal with six places, null where the denominator is 0. #}
{% macro divide(numerator, denominator) -%}
    {%- set slash = '/' -%}
    cast(cast({{ numerator }} as float8) {{ slash }} nullif({{ denominator }}, 0) as numeric(18, 6))
{%- endmacro %}

{# Order of text by its bytes, whatever the database's locale. #}
{% macro by_bytes(column) -%}
    {{ column }} collate "C"
{%- endmacro %}

{# A boolean as 1 or 0, to be summed; null counts as 0. #}
{% macro one_if(condition) -%}
    case when {{ condition }} then 1 else 0 end
{%- endmacro %}

{# A count or sum as bigint: DuckDB's sums are hugeint, PostgreSQL's numeric. #}
{% macro whole(expression) -%}
    cast({{ expression }} as bigint)
{%- endmacro %}
