/* The guide and the post, opened as files: there a folder is a listing, and only the page that is one file runs. */
if (location.protocol === 'file:') {
  const there = address => address.replace(/^\.\/(?=\?|$)/, 'pileup.html');
  for (const link of document.querySelectorAll('a[href^="./"]')) link.setAttribute('href', there(link.getAttribute('href')));
  for (const one of document.querySelectorAll('pile-up:not([src])')) one.setAttribute('src', 'pileup.html');
}
