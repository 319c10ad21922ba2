with spell as (
    select
        person_id,
        spell_number,
        min(effective_date) as starts_on,
        max(ends_on) as ends_on
    from {{ ref('int_employment') }}
    group by person_id, spell_number
),

{# The termination of a spell may be dated some days after its last employment. #}
reason as (
    select
        spell.person_id,
        spell.spell_number,
        termination.reason_category,
        row_number() over (
            partition by spell.person_id, spell.spell_number
            order by termination.termination_date asc nulls last
        ) as reason_rank
    from spell
    inner join {{ ref('stg_hris__termination') }} as termination
        on
            spell.person_id = termination.person_id
            and termination.termination_date >= spell.ends_on
            and termination.termination_date <= spell.ends_on + 31
    where spell.ends_on < cast('9999-12-31' as date)
)

select
    spell.person_id,
    spell.spell_number,
    spell.starts_on,
    spell.ends_on,
    reason.reason_category
from spell
left join reason
    on
        spell.person_id = reason.person_id
        and spell.spell_number = reason.spell_number
        and reason.reason_rank = 1
