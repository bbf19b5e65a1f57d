/** What a load balancer's DNS name tells by itself. */
export interface BalancerName {
  /** In lower case, without a dot at its end and without `dualstack.` in front. */
  dns: string
  region: string
  /** `http`: an application or a classic load balancer, their names look the same; `network`. */
  kind: 'http' | 'network'
  internal: boolean
}

const REGION = '[a-z]{2}(?:-[a-z]{1,12}){1,3}-\\d{1,2}'
/** `shop-123456789.eu-central-1.elb.amazonaws.com`; network: `shop-0123456789abcdef.elb.eu-central-1.amazonaws.com` (AWS user guides). */
const HTTP = new RegExp(`^([a-z0-9-]{1,80})\\.(${REGION})\\.elb\\.amazonaws\\.com(?:\\.cn)?$`)
const NETWORK = new RegExp(`^([a-z0-9-]{1,80})\\.elb\\.(${REGION})\\.amazonaws\\.com(?:\\.cn)?$`)

/** The name in one form, to be compared: aliases are written with `dualstack.` in front. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^(?:dualstack|ipv6)\./, '')
}

/** Reads a DNS name; null where it is not a load balancer's. */
export function balancerName(name: string): BalancerName | null {
  if (name.length > 255) return null
  const dns = plainName(name)
  const http = HTTP.exec(dns)
  const match = http ?? NETWORK.exec(dns)
  if (!match) return null
  const [, label = '', region = ''] = match
  return { dns, region, kind: http ? 'http' : 'network', internal: label.startsWith('internal-') }
}

/** `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188`, taken apart; '' where it is none. */
export function partsOfArn(arn: string): { region: string; account: string } {
  const [head, , service, region = '', account = ''] = arn.slice(0, 2048).split(':')
  return head === 'arn' && service === 'elasticloadbalancing' ? { region, account } : { region: '', account: '' }
}

/** The last readable part of a target group's ARN: its name. */
export function nameOfGroup(arn: string): string {
  return /:targetgroup\/([A-Za-z0-9-]{1,64})\//.exec(arn.slice(0, 2048))?.[1] ?? ''
}
