/**
 * What the endpoint answers: a response; or, of the most frequent one, JSON with status 200, only the text
 * of its body, for whoever knows which headers it gets.
 */
export type Answer = Response | string
