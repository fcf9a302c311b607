// Its mistakes show when it is asked.
function FindProxyForURL(url, host) {
  if (shExpMatch(url, 'ftp:*')) throw new RangeError('no ftp: ' + host);
  if (shExpMatch(url, 'https:*')) return undefinedProxy;
  if (dnsResolve(host) === null) return null.proxy;
  return dnsDomainLevels(host);
}
