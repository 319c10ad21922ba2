{# The rows of a raw dataset that hold at known_at, one a key, as a query in parentheses.

   Of each delivery the newest batch known at known_at counts; the list of batches decides, not the rows, so that an
   empty batch replaces a full one. Deliveries of later periods than the run's are not looked at. Where a key occurs in
   several deliveries the latest one wins. `first_delivery` adds the earliest delivery that held the key, for exports
   that repeat what earlier ones held. #}
{% macro current_rows(source_name, dataset, key, first_delivery=false) -%}
    {%- set keys = 'r.' ~ key | join(', r.') -%}
    (
        select *
        from (
            select
                r.*,
                {% if first_delivery -%}
                min(r.delivery collate "C") over (partition by {{ keys }}) as first_delivery,
                {% endif -%}
                row_number() over (
                    partition by {{ keys }}
                    order by {{ by_bytes('r.delivery') }} desc nulls last, r.line asc nulls last
                ) as key_rank
            from {{ source(source_name, dataset) }} as r
            inner join (
                select delivery, batch_id
                from (
                    select
                        delivery,
                        batch_id,
                        row_number() over (
                            partition by delivery
                            order by known_at desc nulls last, {{ by_bytes('batch_id') }} asc nulls last
                        ) as batch_rank
                    from {{ source('audit', 'batch') }}
                    where
                        source = {{ sql_text(source_name) }}
                        and dataset = {{ sql_text(dataset) }}
                        and known_at <= {{ known_at() }}
                        and (delivery = 'full' or delivery collate "C" <= {{ sql_text(var('period')) }})
                ) as batches
                where batch_rank = 1
            ) as b
                on r.batch_id = b.batch_id and r.delivery = b.delivery
        ) as ranked
        where key_rank = 1
    )
{%- endmacro %}
