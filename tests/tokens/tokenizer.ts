/** The tokenizer lists are measured with: of GPT-4o and later. Other models' counts are close to it. */
export { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
