// What is counted, in one table. Labels are closed sets: no id, address or text of a user ever becomes one.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

const registry = new Registry()
const registers = [registry]

export const metrics = {
  requests: new Histogram({
    name: 'mailboard_http_request_duration_seconds',
    help: 'Answers of the API by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  }),
  notifications: new Counter({
    name: 'mailboard_notifications_total',
    help: 'Change and lifecycle notifications by what became of them',
    labelNames: ['verdict'],
    registers,
  }),
  jobs: new Counter({ name: 'mailboard_jobs_total', help: 'Attempts of jobs by queue and end', labelNames: ['queue', 'end'], registers }),
  jobDeaths: new Counter({
    name: 'mailboard_job_deaths_total',
    help: 'Times that a process died while it tried a job alone, as another process or the next one found',
    registers,
  }),
  jobsOpen: new Gauge({ name: 'mailboard_jobs_open', help: 'Jobs that wait or are under way', labelNames: ['queue'], registers }),
  contentWork: new Counter({
    name: 'mailboard_content_work_total',
    help: 'Work on mails and their HTML by where it was done: at once, in a quick thread, in the one for heavy work',
    labelNames: ['how'],
    registers,
  }),
  tooHeavy: new Counter({
    name: 'mailboard_too_heavy_total',
    help: 'Recipes that were stopped on a mail, by the part of the work that was too much',
    labelNames: ['part'],
    registers,
  }),
  notMatched: new Counter({ name: 'mailboard_not_matched_total', help: 'Mails that some recipe did not match', registers }),
  runs: new Counter({ name: 'mailboard_runs_total', help: 'Runs by outcome', labelNames: ['outcome'], registers }),
  upstreamCalls: new Counter({
    name: 'mailboard_upstream_calls_total',
    help: 'Calls to other services by status',
    labelNames: ['service', 'status'],
    registers,
  }),
  refusedWhileCooling: new Counter({
    name: 'mailboard_refused_while_cooling_total',
    help: 'Calls that were not made, since the service had failed and is left alone for a while',
    labelNames: ['service'],
    registers,
  }),
  coolingConnections: new Gauge({
    name: 'mailboard_cooling_connections',
    help: 'Connections for which a service that has failed is left alone for a while',
    registers,
  }),
  alarms: new Counter({ name: 'mailboard_alarms_total', help: 'What only an operator can mend', labelNames: ['alarm'], registers }),
  anchorsLeftOut: new Counter({
    name: 'mailboard_anchors_left_out_total',
    help: 'Times that an access log has grown and is not anchored before it grows again: too many wait',
    registers,
  }),
  catchupIntervalSeconds: new Gauge({
    name: 'mailboard_catchup_interval_seconds',
    help: 'How often a mailbox is listed, stretched where there are too many for the allowed rate',
    registers,
  }),
  eventLoopDelay: new Gauge({
    name: 'mailboard_event_loop_delay_seconds',
    help: 'How long this process kept others waiting: of the last minute or two, and the longest since its start',
    labelNames: ['of'],
    registers,
  }),
  liveListeners: new Gauge({ name: 'mailboard_live_listeners', help: 'Panes that listen for events', registers }),
}

/** A number that grows with everything that this process takes in or does; to look at it changes nothing. */
export async function happenedHere(): Promise<number> {
  const { notifications, jobs, runs, requests } = metrics
  const [notified, attempted, ended, asked] = await Promise.all([notifications.get(), jobs.get(), runs.get(), requests.get()])
  const changes = asked.values.filter(
    ({ metricName, labels: { method } }) => metricName?.endsWith('_count') === true && method !== 'GET' && method !== 'HEAD',
  )
  return [notified.values, attempted.values, ended.values, changes].reduce((sum, values) => sum + totalOf(values), 0)
}

const totalOf = (values: readonly { value: number }[]) => values.reduce((sum, { value }) => sum + value, 0)

export const metricsText = () => registry.metrics()
export const metricsType = registry.contentType
