/** Names of hosts: labels between dots, with neither scheme, port nor path (RFC 1123 §2.1). */

/** @returns true for a name of at least two labels, such as `mail.example.com` */
export function isHostname(value: string): boolean {
  const labels = value.split('.')
  return value.length <= 253 && labels.length > 1 && labels.every((label) => LABEL.test(label))
}

const LABEL = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/
