/** Of installations that registered; the rest of the tables is in tables.ts. */
export interface RegistrationTables {
  registered_instance: RegisteredInstanceTable;
  registration_token: RegistrationTokenTable;
  echo_nonce: EchoNonceTable;
}

interface RegisteredInstanceTable {
  instance_id: number;
  registration_id: string;
  kid: string;
  installation_id: string;
  kind: string;
  name: string | null;
  version: string;
  server_url: string;
  own_url: string | null;
  handshake: Buffer;
  generation: number | null;
  source_address: string;
  registered_at: Date;
  last_validated_at: Date;
  refused_at: Date | null;
  refused_reason: string | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}

interface RegistrationTokenTable {
  instance_id: number;
  token_id: string;
  registration_id: string;
  mac: Buffer;
  pepper_id: string;
  generation: number;
  issued_at: Date;
  expires_at: Date;
}

interface EchoNonceTable {
  instance_id: number;
  nonce_id: string;
  mac: Buffer;
  expires_at: Date;
}
