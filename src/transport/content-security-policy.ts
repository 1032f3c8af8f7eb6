type Fetch = 'default-src' | 'script-src' | 'style-src' | 'img-src' | 'font-src' | 'connect-src' | 'object-src';
type Directive = Fetch | 'base-uri' | 'form-action' | 'frame-ancestors';

const nothing = ["'none'"];

/** A content security policy (CSP) that allows these sources by directive and nothing else: no loads, no base, no forms, no frames. */
export function contentSecurityPolicy(allowed: Readonly<Partial<Record<Directive, readonly string[]>>>): string {
  const { 'base-uri': base, 'form-action': form, 'frame-ancestors': frames, ...loads } = allowed;
  const directives = { 'default-src': nothing, ...loads, 'base-uri': base ?? nothing, 'form-action': form ?? nothing };
  return Object.entries({ ...directives, 'frame-ancestors': frames ?? nothing })
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}
