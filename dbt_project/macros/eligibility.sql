{# Whether a row of int_employee_quarter meets all conditions on a role; a missing value meets none. #}
{% macro is_eligible(role, alias) -%}
    {%- set numeric_fields = ['level', 'tenure_years', 'full_time_equivalent'] -%}
    {%- set text_fields = ['job_family', 'location', 'employment_type', 'sex', 'age_band', 'division_id'] -%}
    (
        coalesce({{ alias }}.is_active, false)
        {%- for condition in var('eligibility') if condition['role'] == role %}
        {%- set field = condition['field'] -%}
        {%- set bounded = condition.get('at_least') is not none or condition.get('at_most') is not none -%}
        {%- if field not in numeric_fields + text_fields or (bounded and field not in numeric_fields) -%}
            {{ exceptions.raise_compiler_error(
                "eligibility of " ~ role ~ ": " ~ field ~ " cannot be used so; at_least and at_most fit "
                ~ numeric_fields | join(", ") ~ ", one_of also " ~ text_fields | join(", ")) }}
        {%- endif -%}
        {%- if condition.get('at_least') is not none %}
        and coalesce({{ alias }}.{{ field }} >= {{ condition['at_least'] | float }}, false)
        {%- endif -%}
        {%- if condition.get('at_most') is not none %}
        and coalesce({{ alias }}.{{ field }} <= {{ condition['at_most'] | float }}, false)
        {%- endif -%}
        {%- if condition.get('one_of') is not none %}
        {%- set codes = [] -%}
        {%- for code in condition['one_of'] -%}{%- do codes.append(sql_text(code) | trim) -%}{%- endfor %}
        and coalesce(cast({{ alias }}.{{ field }} as text) in ({{ codes | join(', ') or 'null' }}), false)
        {%- endif -%}
        {%- endfor %}
    )
{%- endmacro %}
