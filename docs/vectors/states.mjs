// The state of a consent, by the rule "mydata-states-1" of docs/ledger.md.
const DAY = 86_400_000
const STOP = 3 * DAY
const ERASE = 10 * DAY
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59)
const DURATION =
  /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

const instant = (time) => (time === null ? null : `${new Date(time).toISOString().slice(0, 19)}Z`)

// Months by the calendar first, the day at most the month's last one; then days, then hours.
function after(start, duration, times) {
  const [years, months, weeks, days, hours, minutes, seconds] =
    DURATION.exec(duration).slice(1).map((digits) => times * Number(digits ?? 0))
  const from = new Date(start)
  const month = from.getUTCFullYear() * 12 + from.getUTCMonth() + 12 * years + months
  const last = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate()
  const day = Date.UTC(Math.floor(month / 12), month % 12, Math.min(from.getUTCDate(), last))
  const reached = day + (start % DAY) + (7 * weeks + days) * DAY +
    ((hours * 60 + minutes) * 60 + seconds) * 1000
  return reached <= LAST ? reached : LAST
}

// Cycles are counted from the consent; the next begins after the one of the last use.
function nextCycle(start, cycle, last) {
  if (after(start, cycle, 1) <= start) return last
  let passed = 1
  while (after(start, cycle, passed) <= last) passed += 1
  return after(start, cycle, passed)
}

function take(course, record, time) {
  const owe = (kind, within) => {
    const open = course.duties.some((duty) => duty.kind === kind && duty.done_at === null)
    if (!open) course.duties.push({ kind, since: time, due_at: time + within, done_at: null })
  }
  const opened = (kind) => course.duties.filter((duty) => duty.kind === kind && duty.done_at === null)
  const close = (kind) => opened(kind).forEach((duty) => Object.assign(duty, { done_at: time }))
  switch (record.event_state) {
    case 'consent_used':
    case 'consent_used_late':
      Object.assign(course, { uses: course.uses + 1, lastUse: time, answer: null })
      break
    case 'consent_withdrawn':
      if (course.withdrawn) break
      Object.assign(course, { withdrawn: true, answer: null })
      owe('stop', STOP)
      owe('erase', ERASE)
      break
    case 'deletion_requested':
      course.answer = null
      owe('erase', ERASE)
      break
    case 'consent_expired':
      course.expired = true
      break
    case 'withdrawal_acknowledged':
      course.acknowledged ||= course.withdrawn
      close('stop')
      break
    case 'erasure_completed':
      course.answer = 'erased'
      close('erase')
      break
    case 'retained_by_law': {
      const until = record.kept_until ? Date.parse(record.kept_until) : time
      if (course.answer !== 'erased') course.answer = 'retained'
      for (const duty of opened('erase')) duty.due_at = Math.max(duty.due_at, until)
    }
  }
}

function ended(course, terms, limit, now) {
  if (course.withdrawn) return course.acknowledged ? 'stopped' : 'withdrawn'
  if (course.expired || (terms?.until && now >= Date.parse(terms.until))) return 'expired'
  return limit !== null && course.uses >= limit ? 'used_up' : null
}

// events: [{number, record}] of one label; terms as in the receipt, or null; at: a time as text.
export function fold(events, terms, at) {
  const now = Date.parse(at)
  const numbers = new Map()
  for (const { number, record } of events) if (!numbers.has(number)) numbers.set(number, record)
  const course = { given: null, id: null, refused: false, uses: 0, lastUse: null, answer: null, duties: [] }
  let time = -Infinity
  for (const number of [...numbers.keys()].sort((one, other) => one - other)) {
    const record = numbers.get(number)
    time = Math.max(time, Math.min(Date.parse(record.event_time), now))
    if (course.given === null) {
      if (record.event_state === 'consent_given') Object.assign(course, { given: time, id: record.consent_id })
      course.refused ||= record.event_state === 'consent_refused'
    } else if (record.consent_id === course.id) {
      take(course, record, time)
    }
  }
  const none = course.refused ? 'refused' : 'unknown'
  const limit = terms === null ? 1 : terms.uses
  const over = course.given === null ? none : ended(course, terms, limit, now)
  const waits = over === null && terms?.periodic && course.lastUse !== null
  const left = limit === null ? null : Math.max(0, limit - course.uses)
  return {
    state: course.given === null ? none : over === null ? 'active' : (course.answer ?? over),
    uses: course.uses,
    uses_left: over === null ? left : 0,
    next_use_at: waits ? instant(nextCycle(course.given, terms.periodic.cycle, course.lastUse)) : null,
    duties: course.duties.map((duty) => ({
      kind: duty.kind,
      since: instant(duty.since),
      due_at: instant(duty.due_at),
      done_at: instant(duty.done_at),
      overdue: (duty.done_at ?? now) > duty.due_at,
    })),
  }
}
