"""The marks of threads in SQL: that a deadline moved, that a series went quiet; as stored, and as of a past day.

Which threads had them is stored for today and for every past day when links are made (`store.facts`). The numbers of a
past day are worked out, for the threads that are shown, from the documents that were published by then.
"""

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


def moved_then(threads: str) -> str:
    """A query for `thread_id` and `moved_days` as of the bound day `:known`, of the threads that a query gives."""
    return _MOVED_THEN.format(threads=threads)


def quiet_then(threads: str) -> str:
    """A query for `thread_id`, `series`, `promised`, `last_seen`, `quiet` and `quiet_of` as of the bound day `:known`,
    of the threads that a query gives.
    """
    return _QUIET_THEN.format(threads=threads)


# The threads that have a mark, with how many commitments state each of them: today, and by the bound day `:known`.
THREADS = {
    "moved": "select id as thread_id, commitments from threads where moved_days > 0 or moved_days < 0",
    "gone quiet": "select id as thread_id, commitments from threads where quiet > 0",
}
THREADS_THEN = {
    "moved": "select thread_id, commitments from thread_marks where moved = 1 and since <= :known and until > :known",
    "gone quiet": "select thread_id, commitments from thread_marks where quiet_from <= :known and until > :known",
}


def marked(mark: str, *, then: bool, one_by_one: bool) -> str:
    """A condition on a commitment `c`: its thread has a mark, today or (`then`) by the bound day `:known`.

    Answered at once for all threads, or for one commitment after the other: where a query ends with its first rows.
    """
    threads = (THREADS_THEN if then else THREADS)[mark]
    if one_by_one:
        return f"exists (select 1 from ({threads}) where thread_id = c.thread_id)"
    return f"c.thread_id in (select thread_id from ({threads}))"
