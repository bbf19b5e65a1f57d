import { containerLogReader } from '../docker/log.ts'
import { type Dark, reader } from '../reader.ts'
import { failureOf } from './failure.ts'

/**
 * `kubectl logs --timestamps`: each line with the moment when the runtime took it, as Docker writes it too. The facts
 * `container.started` and `container.ended` divide it into lives. What kubectl could not fetch is no silence.
 */
export const kubeLogReader = reader({
  ...containerLogReader,
  name: 'kube-log',
  read(capture, context) {
    const reading = containerLogReader.read(capture, context)
    const failed = capture.exit !== 0 || capture.out.startsWith('unable to retrieve container logs')
    if (!failed || capture.pasted) return reading
    const dark: Dark = failureOf(`${capture.err}\n${capture.out.slice(0, 500)}`) ?? NO_LOG
    return { ...reading, value: { ...reading.value, complete: false }, dark: [...reading.dark, dark] }
  },
})

const NO_LOG: Dark = { why: 'no-such-file', says: 'the cluster has kept no output of this container' }
