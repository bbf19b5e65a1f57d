import { parentPort, workerData } from 'node:worker_threads'
import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2'
import type { JsonObject } from '../../words/json.ts'
import type { Asked, Told } from './told.ts'

// Runs in a thread of its own, whose environment holds what the SDK needs and nothing else, and which is ended whole when
// its time is over. Everything here only describes.

/** Pages of one list; a page of load balancers holds 400. */
const MOST_PAGES = 5
const ATTEMPTS = 2
const CONNECT_MS = 2500

async function ask(asked: Asked): Promise<Told> {
  const client = new sdk.ElasticLoadBalancingV2Client({
    region: asked.region,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: asked.limitMs, throwOnRequestTimeout: true },
  })
  const send = sender(client, asked.operation)
  const documents: JsonObject[] = []
  try {
    for (const input of asked.inputs) documents.push(await allPages(send, input, asked.list))
    return { ok: true, documents }
  } catch (error) {
    return { ok: false, ...describe(error), documents }
  } finally {
    client.destroy()
  }
}

type Send = (input: JsonObject) => Promise<JsonObject>

/** The SDK's types of inputs and outputs are interfaces; on the wire both are plain objects. */
function sender(client: sdk.ElasticLoadBalancingV2Client, operation: Asked['operation']): Send {
  const plain = (answer: Promise<object>) => answer.then((seen) => JSON.parse(JSON.stringify(seen)) as JsonObject)
  const arn = (input: JsonObject, field: string) => String(input[field] ?? '')
  switch (operation) {
    case 'describe-load-balancers':
      return (input) => plain(client.send(new sdk.DescribeLoadBalancersCommand(input)))
    case 'describe-listeners':
      return (input) => plain(client.send(new sdk.DescribeListenersCommand(input)))
    case 'describe-rules':
      return (input) => plain(client.send(new sdk.DescribeRulesCommand(input)))
    case 'describe-target-groups':
      return (input) => plain(client.send(new sdk.DescribeTargetGroupsCommand(input)))
    case 'describe-target-health':
      return (input) =>
        plain(client.send(new sdk.DescribeTargetHealthCommand({ TargetGroupArn: arn(input, 'TargetGroupArn') })))
    case 'describe-load-balancer-attributes':
      return (input) =>
        plain(
          client.send(
            new sdk.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn(input, 'LoadBalancerArn') }),
          ),
        )
    case 'describe-target-group-attributes':
      return (input) =>
        plain(
          client.send(new sdk.DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn(input, 'TargetGroupArn') })),
        )
  }
}

/** One answer of all pages. A `NextMarker` that stays in it says that there were more. */
async function allPages(send: Send, input: JsonObject, list: string): Promise<JsonObject> {
  const items: JsonObject[] = []
  let marker: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await send({ ...input, ...(marker === undefined ? {} : { Marker: marker }) })
    const told = answer[list]
    if (Array.isArray(told)) items.push(...(told as JsonObject[]))
    marker = typeof answer.NextMarker === 'string' && answer.NextMarker !== '' ? answer.NextMarker : undefined
    if (marker === undefined) break
  }
  return { [list]: items, ...(marker === undefined ? {} : { NextMarker: marker }) }
}

/** A failed connection hides in the cause, or is one of several. */
function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  const coded = [error, error.cause, ...(error instanceof AggregateError ? error.errors : [])].find(
    (each) => each instanceof Error && 'code' in each && typeof each.code === 'string',
  )
  const system = coded instanceof Error && 'code' in coded ? String(coded.code) : ''
  return { code: /^E[A-Z_]+$/.test(system) ? system : error.name, message: error.message || String(error) }
}

void ask(workerData as Asked).then((told) => parentPort?.postMessage(told))
