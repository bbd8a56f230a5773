/**
 * Why a client metadata document was not used. Whoever sent the URL learns only that it was not: telling
 * a closed port from a refused address or a 404 would turn Local Stytch into a port scanner.
 */
import { ApiError } from '../errors.ts'

/** Stable; `GET /local/requests` shows it as `reason`. */
export type DocumentProblem =
  | 'url_malformed'
  | 'url_not_canonical'
  | 'url_has_no_path'
  | 'url_has_query_or_fragment'
  | 'url_port_refused'
  | 'url_is_local_stytch'
  | 'address_special_use'
  | 'host_not_served'
  | 'unreachable'
  | 'too_slow'
  | 'redirected'
  | 'status_not_200'
  | 'not_json'
  | 'too_large'
  | 'client_id_differs'
  | 'client_name_missing'
  | 'has_secret'
  | 'auth_method_not_none'
  | 'metadata_invalid'
  | 'too_many_clients'

/** The one refusal for all of them. */
export class UnusableDocument extends ApiError {
  constructor(override readonly reason: DocumentProblem) {
    super('invalid_client_id_metadata_document')
  }
}
