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
  jobsOpen: new Gauge({ name: 'mailboard_jobs_open', help: 'Jobs that wait or are under way', labelNames: ['queue'], registers }),
  runs: new Counter({ name: 'mailboard_runs_total', help: 'Runs by outcome', labelNames: ['outcome'], registers }),
  upstreamCalls: new Counter({
    name: 'mailboard_upstream_calls_total',
    help: 'Calls to other services by status',
    labelNames: ['service', 'status'],
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
