/* What oEmbed says of each run. The file oembed.json beside this one says the same of every link that is pasted: the run that
   the plain address opens. A host that can run a function answers at oembed.json with this one instead:

     import { oembed } from './oembed.js';
     export default { fetch: request => oembed(request) };

   It knows the site by the address at which it is asked. MIT OR Apache-2.0 */

const HEIGHT_PX = 720;
const WIDTH_PX = 720;

/* Why there is no answer, as HTTP says it. */
const none = status => new Response(null, { status });

/* A number of px that the asking site allows at most. */
const within = (most, px) => (/^[1-9][0-9]{0,4}$/.test(most) ? Math.min(most, px) : px);

export function oembed(request) {
  const asked = new URL(request.url);
  const site = new URL('.', asked);
  if ((asked.searchParams.get('format') || 'json') !== 'json') return none(501);
  let run;
  try { run = new URL(asked.searchParams.get('url') || site); } catch { return none(400); }
  const pages = ['', 'index.html', 'pileup.html'].map(name => new URL(name, site));
  if (!pages.some(page => page.origin === run.origin && page.pathname === run.pathname)) return none(404);

  /* The page reads the settings itself and names what is wrong with them; here they only stand in an attribute. */
  run.searchParams.set('embed', 1);
  const address = new URL('pileup.html' + run.search, site).href.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
  const height = within(asked.searchParams.get('maxheight'), HEIGHT_PX);
  const said = {
    version: '1.0',
    type: 'rich',
    provider_name: 'Pileup',
    provider_url: site.href,
    title: 'Pileup: cancel() asks. It stops nobody.',
    width: within(asked.searchParams.get('maxwidth'), WIDTH_PX),
    height,
    thumbnail_url: new URL('pileup.png', site).href,
    thumbnail_width: 1280,
    thumbnail_height: 800,
    html: `<iframe src="${address}" title="Pileup" width="100%" height="${height}"></iframe>`,
  };
  const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };
  return new Response(JSON.stringify(said), { headers });
}
