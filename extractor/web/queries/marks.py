"""The marks of threads in SQL: that a deadline moved, that a series went quiet; as stored, and as of a past day.

Of today they are stored when links are made (`store.facts`). Of a past day they are worked out from the documents that
were published by then; a thread without the mark's number today can have had none, so most need not be looked at.
"""

# Conditions on a commitment `c`: asked of one row after the other, they are not asked of what a page does not reach.
MOVED = "exists (select 1 from threads t where t.id = c.thread_id and t.moved_days <> 0)"
QUIET = "exists (select 1 from threads t where t.id = c.thread_id and t.quiet > 0)"

_SPEAKING = """\
   select thread_id, id, document_id, start, deadline_end, published from commitments
   where thread_id in ({threads}) and published <= :known and review is not 'rejected'
   union all
   select g.thread_id, g.id, g.document_id, g.start, g.deadline_end, d.published
   from progress g join documents d on d.id = g.document_id
   where g.thread_id in ({threads}) and d.published <= :known and g.review is not 'rejected'"""

_MOVED_THEN = f"""\
select thread_id, cast(julianday(deadline_end) - julianday(first) as integer) as moved_days from (
   select thread_id, deadline_end, published,
      first_value(deadline_end) over since as first, first_value(published) over since as first_day,
      row_number() over (partition by thread_id order by published desc, document_id desc, start desc, id desc) as back
   from ({_SPEAKING}) where deadline_end is not null
   window since as (partition by thread_id order by published, document_id, start, id)
) where back = 1 and published > first_day"""

_QUIET_THEN = f"""\
select thread_id, series, promised, last_seen, quiet, quiet_of from (
   select *, row_number() over (partition by thread_id order by quiet desc, series) as place from (
      select p.thread_id, p.series, p.promised, s.last_seen,
         (select count(*) from documents i where i.series = p.series and i.published > s.last_seen
             and i.published <= :known) as quiet,
         (select count(*) from documents i where i.series = p.series and i.published > p.promised
             and i.published <= :known) as quiet_of
      from (
         select p.thread_id, d.series, min(d.published) as promised from commitments p
         join documents d on d.id = p.document_id
         where p.thread_id in ({{threads}}) and d.published <= :known and d.series is not null
            and p.review is not 'rejected'
         group by p.thread_id, d.series
      ) p join (
         select thread_id, max(published) as last_seen from ({_SPEAKING}) group by thread_id
      ) s on s.thread_id = p.thread_id
   )
) where place = 1"""


# Threads last spoken of, in any document, before the latest document of a series that promised them.
_QUIET_THREADS_THEN = """\
with latest as materialized (
   select series, max(published) as day from documents where series is not null and published <= :known group by series
), issued as materialized (
   select d.id, l.day from documents d join latest l on l.series = d.series where d.published <= :known
)
select thread_id, max(spoken) as last_seen from (
   select p.thread_id, p.published as spoken, i.day from commitments p left join issued i on i.id = p.document_id
   where {commitments} and p.published <= :known and p.review is not 'rejected'
   union all
   select g.thread_id, d.published, null from progress g join documents d on d.id = g.document_id
   where {progress} and d.published <= :known and g.review is not 'rejected'
) group by thread_id having max(day) > last_seen"""


def moved_then(threads: str) -> str:
    """A query for `thread_id` and `moved_days` as of the bound day `:known`, of the threads that a query gives."""
    return _MOVED_THEN.format(threads=threads)


def quiet_then(threads: str) -> str:
    """A query for `thread_id`, `series`, `promised`, `last_seen`, `quiet` and `quiet_of` as of the bound day `:known`,
    of the threads that a query gives.
    """
    return _QUIET_THEN.format(threads=threads)


def quiet_threads_then(threads: str = "") -> str:
    """A query for `thread_id` and `last_seen` of the threads that had gone quiet by the bound day `:known`: of those
    that a query gives, else of all.
    """
    which = f"in ({threads})" if threads else "is not null"
    return _QUIET_THREADS_THEN.format(commitments=f"p.thread_id {which}", progress=f"g.thread_id {which}")


def all_moved_then(threads: str = "") -> str:
    """A condition on a commitment `c`: its thread's deadline had moved by the bound day `:known`. Answered at once for
    all threads that a query gives, else for any.
    """
    asked = threads or "select id from threads where moved_days is not null"
    return f"c.thread_id in (select thread_id from ({moved_then(asked)}) where moved_days <> 0)"


def all_quiet_then(threads: str = "") -> str:
    """A condition on a commitment `c`: its thread had gone quiet by the bound day `:known`. Answered likewise."""
    return f"c.thread_id in (select thread_id from ({quiet_threads_then(threads)}))"


# The same, answered for one commitment after the other.
MOVED_THEN = f"""(
   exists (select 1 from threads t where t.id = c.thread_id and t.moved_days is not null)
   and exists (select 1 from ({moved_then("c.thread_id")}) where moved_days <> 0)
)"""
QUIET_THEN = f"""(
   exists (select 1 from threads t where t.id = c.thread_id and t.quiet is not null)
   and exists (select 1 from ({quiet_then("c.thread_id")}) where quiet > 0)
)"""
