/** As the api has them; written down here, as its contracts come with all that checks requests. */
export const TRANSCRIPT_FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt'];
