/** How each proxy is started with its sample, and with nothing in the sample changed but names and ports. */
import { join, resolve } from 'node:path'
import { program, run } from './process.ts'

const DEPLOY = resolve(import.meta.dir, '../../deploy')
const HOST = 'mcp.example.com'

/** Where things are for one test. */
export interface Place {
  readonly folder: string
  readonly https: number
  readonly http: number
  /** Port of the server. */
  readonly upstream: string
  /** Paths of PEM files for localhost. */
  readonly certificate: string
  readonly key: string
}

/** A proxy there is a sample for. */
export interface ProxySample {
  readonly name: string
  /** Writes the configuration; gives the command that serves it in the foreground. */
  prepare(place: Place): Promise<string[]>
  /** The command that checks what was prepared, or the sample itself. */
  check(folder: string): Promise<string[]>
  /** What that command says. */
  readonly approval: string
  /** Status of a request under another name: the server's refusal, or the proxy's empty answer. */
  readonly foreign: number
}

/** Makes a certificate for localhost that lasts as long as the test. */
export async function certificate(
  folder: string,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  const made = await run([
    program('openssl', 'openssl'),
    ...['req', '-x509', '-nodes', '-days', '1', '-newkey', 'ec'],
    ...['-pkeyopt', 'ec_paramgen_curve:prime256v1', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost'],
    ...['-keyout', files.key, '-out', files.certificate],
  ])
  if (made.code !== 0) throw new Error(made.text)
  return files
}

/**
 * Replaces every occurrence of each text.
 *
 * @throws when one is not there, since what is tested would not be the sample then
 */
function replaced(text: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((now, [from, to]) => {
    if (!now.includes(from)) throw new Error(`The sample has no ${JSON.stringify(from)}`)
    return now.replaceAll(from, to)
  }, text)
}

const nginx: ProxySample = {
  name: 'nginx',
  approval: 'test is successful',
  foreign: 403,
  async prepare({ folder, https, http, upstream, certificate, key }) {
    const site = replaced(await Bun.file(join(DEPLOY, 'nginx.conf')).text(), [
      ['    listen [::]:443 ssl http2;\n', ''],
      ['    listen [::]:80;\n', ''],
      ['listen 443 ', `listen 127.0.0.1:${https} `],
      ['listen 80;', `listen 127.0.0.1:${http};`],
      ['server 127.0.0.1:3000;', `server 127.0.0.1:${upstream};`],
      [`/etc/ssl/${HOST}/fullchain.pem`, certificate],
      [`/etc/ssl/${HOST}/privkey.pem`, key],
      [HOST, 'localhost'],
    ])
    await Bun.write(join(folder, 'site.conf'), site)
    const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const main = [
      ...(process.getuid?.() === 0 ? ['user root;'] : []),
      'daemon off;',
      'master_process off;',
      `pid ${folder}/nginx.pid;`,
      'error_log stderr;',
      'events {}',
      'http {',
      'access_log off;',
      // Some answers ask for this themselves; what is tested is the sample.
      'proxy_ignore_headers X-Accel-Buffering;',
      ...kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`),
      `include ${folder}/site.conf;`,
      '}',
    ]
    await Bun.write(join(folder, 'nginx.conf'), main.join('\n'))
    return [program('nginx', 'nginx-light'), '-p', folder, '-c', join(folder, 'nginx.conf')]
  },
  check: async (folder) => [
    program('nginx', 'nginx-light'),
    ...['-t', '-p', folder, '-c', join(folder, 'nginx.conf')],
  ],
}

const caddy: ProxySample = {
  name: 'caddy',
  approval: 'Valid configuration',
  foreign: 200,
  async prepare({ folder, https, http, upstream, certificate, key }) {
    const site = replaced(await Bun.file(join(DEPLOY, 'Caddyfile')).text(), [
      [`${HOST} {`, `localhost {\n\ttls ${certificate} ${key}`],
      ['127.0.0.1:3000', `127.0.0.1:${upstream}`],
    ])
    const ports = `http_port ${http}\n\thttps_port ${https}`
    const main = `{\n\tadmin off\n\t${ports}\n\tdefault_bind 127.0.0.1\n\tstorage file_system ${folder}\n}\n`
    await Bun.write(join(folder, 'Caddyfile'), main + site)
    return [program('caddy', 'caddy'), 'run', '--config', join(folder, 'Caddyfile')]
  },
  check: async () => [
    program('caddy', 'caddy'),
    ...['validate', '--adapter', 'caddyfile', '--config', join(DEPLOY, 'Caddyfile')],
  ],
}

/** Every proxy there is a sample for. */
export const PROXIES: readonly ProxySample[] = [nginx, caddy]
