/** The part of https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ that is used here. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle' {
  interface AskedRequest {
    url: string;
    method?: string;
    readonly headers: Record<string, string>;
  }
  interface Options {
    readonly url: string;
    readonly domNode: Element;
    readonly deepLinking: boolean;
    readonly docExpansion: 'list' | 'full' | 'none';
    readonly defaultModelsExpandDepth: number;
    readonly filter: boolean;
    readonly showExtensions: boolean;
    readonly persistAuthorization: boolean;
    readonly queryConfigEnabled: boolean;
    readonly validatorUrl: null;
    readonly requestInterceptor: (request: AskedRequest) => AskedRequest | Promise<AskedRequest>;
  }
  export default function SwaggerUIBundle(options: Options): unknown;
}
