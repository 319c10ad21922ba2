{# Walked from the roots downwards: units in a cycle hang from no root and are never reached, so the walk always ends. #}
with recursive unit as (
    select organisation_id, superior_id from {{ ref('stg_hris__organisation') }}
),

tree as (
    select
        unit.organisation_id,
        unit.organisation_id as division_id,
        0 as depth
    from unit
    left join unit as superior on unit.superior_id = superior.organisation_id
    where superior.organisation_id is null

    union all

    select
        unit.organisation_id,
        case when tree.depth = 0 then unit.organisation_id else tree.division_id end as division_id,
        tree.depth + 1 as depth
    from tree
    inner join unit on tree.organisation_id = unit.superior_id
)

select
    unit.organisation_id,
    unit.superior_id,
    tree.division_id,
    tree.depth
from unit
left join tree on unit.organisation_id = tree.organisation_id
