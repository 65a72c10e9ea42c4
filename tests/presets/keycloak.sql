-- Keycloak 26: its tables as far as they hold text, shortened where columns are numbers and booleans.
CREATE TABLE realm (id varchar(36) PRIMARY KEY, account_theme varchar(255), admin_theme varchar(255), email_theme varchar(255), enabled boolean,
    login_theme varchar(255), name varchar(255) UNIQUE, password_policy varchar(2550), ssl_required varchar(255),
    master_admin_client varchar(36), default_locale varchar(255), otp_policy_alg varchar(36), otp_policy_type varchar(36),
    browser_flow varchar(36), registration_flow varchar(36), direct_grant_flow varchar(36), reset_credentials_flow varchar(36),
    client_auth_flow varchar(36), docker_auth_flow varchar(36), default_role varchar(255), sso_idle_timeout int);
CREATE TABLE user_entity (id varchar(36) PRIMARY KEY, email varchar(255), email_constraint varchar(255), email_verified boolean NOT NULL,
    enabled boolean NOT NULL, federation_link varchar(255), first_name varchar(255), last_name varchar(255), realm_id varchar(255),
    username varchar(255), created_timestamp bigint, service_account_client_link varchar(255), not_before int NOT NULL,
    UNIQUE (realm_id, email_constraint), UNIQUE (realm_id, username));
CREATE TABLE user_attribute (name varchar(255) NOT NULL, value varchar(255), user_id varchar(36) NOT NULL REFERENCES user_entity,
    id varchar(36) PRIMARY KEY, long_value_hash bytea, long_value_hash_lower_case bytea, long_value text);
CREATE TABLE fed_user_attribute (id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, user_id varchar(255) NOT NULL,
    realm_id varchar(36) NOT NULL, storage_provider_id varchar(36), value varchar(2024), long_value_hash bytea,
    long_value_hash_lower_case bytea, long_value text);
CREATE TABLE credential (id varchar(36) PRIMARY KEY, salt bytea, type varchar(255), user_id varchar(36) REFERENCES user_entity,
    created_date bigint, user_label varchar(255), secret_data text, credential_data text, priority int, version int);
CREATE TABLE fed_user_credential (id varchar(36) PRIMARY KEY, salt bytea, type varchar(255), created_date bigint, user_id varchar(255) NOT NULL,
    realm_id varchar(36) NOT NULL, storage_provider_id varchar(36), user_label varchar(255), secret_data text, credential_data text, priority int);
CREATE TABLE federated_identity (identity_provider varchar(255) NOT NULL, realm_id varchar(36), federated_user_id varchar(255),
    federated_username varchar(255), token text, user_id varchar(36) NOT NULL REFERENCES user_entity, PRIMARY KEY (identity_provider, user_id));
CREATE TABLE broker_link (identity_provider varchar(255) NOT NULL, storage_provider_id varchar(255), realm_id varchar(36) NOT NULL,
    broker_user_id varchar(255), broker_username varchar(255), token text, user_id varchar(255) NOT NULL, PRIMARY KEY (identity_provider, user_id));
CREATE TABLE federated_user (id varchar(255) PRIMARY KEY, storage_provider_id varchar(255), realm_id varchar(36) NOT NULL);
CREATE TABLE user_consent (id varchar(36) PRIMARY KEY, client_id varchar(255), user_id varchar(36) NOT NULL, created_date bigint,
    client_storage_provider varchar(36), external_client_id varchar(255), UNIQUE (client_id, user_id));
CREATE TABLE user_consent_client_scope (user_consent_id varchar(36) NOT NULL, scope_id varchar(36) NOT NULL, PRIMARY KEY (user_consent_id, scope_id));
CREATE TABLE user_group_membership (group_id varchar(36) NOT NULL, user_id varchar(36) NOT NULL, membership_type varchar(255) NOT NULL,
    PRIMARY KEY (group_id, user_id));
CREATE TABLE fed_user_group_membership (group_id varchar(36) NOT NULL, user_id varchar(255) NOT NULL, realm_id varchar(36) NOT NULL,
    storage_provider_id varchar(36), PRIMARY KEY (group_id, user_id));
CREATE TABLE user_role_mapping (role_id varchar(255) NOT NULL, user_id varchar(36) NOT NULL, PRIMARY KEY (role_id, user_id));
CREATE TABLE user_required_action (user_id varchar(36) NOT NULL, required_action varchar(255) NOT NULL, PRIMARY KEY (required_action, user_id));
CREATE TABLE org (id varchar(255) PRIMARY KEY, enabled boolean NOT NULL, realm_id varchar(255) NOT NULL, group_id varchar(255) NOT NULL,
    name varchar(255) NOT NULL, description varchar(4000), alias varchar(255) NOT NULL, redirect_url varchar(2048), UNIQUE (realm_id, name));
CREATE TABLE org_domain (id varchar(36) NOT NULL, name varchar(255) NOT NULL, verified boolean NOT NULL, org_id varchar(255) NOT NULL,
    PRIMARY KEY (id, name));
CREATE TABLE org_invitation (id varchar(36) PRIMARY KEY, organization_id varchar(255) NOT NULL, email varchar(255) NOT NULL,
    first_name varchar(255), last_name varchar(255), created_at int NOT NULL, expires_at int, invite_link varchar(2048),
    UNIQUE (organization_id, email));
CREATE TABLE offline_user_session (user_session_id varchar(36) NOT NULL, user_id varchar(255) NOT NULL, realm_id varchar(36) NOT NULL,
    created_on int NOT NULL, offline_flag varchar(4) NOT NULL, data text, last_session_refresh int NOT NULL, broker_session_id varchar(1024),
    version int, remember_me boolean, PRIMARY KEY (user_session_id, offline_flag));
CREATE TABLE offline_client_session (user_session_id varchar(36) NOT NULL, client_id varchar(255) NOT NULL, offline_flag varchar(4) NOT NULL,
    "timestamp" int, data text, client_storage_provider varchar(36) NOT NULL, external_client_id varchar(255) NOT NULL, version int,
    realm_id varchar(36), PRIMARY KEY (user_session_id, client_id, client_storage_provider, external_client_id, offline_flag));
CREATE TABLE event_entity (id varchar(36) PRIMARY KEY, client_id varchar(255), details_json varchar(2550), error varchar(255),
    ip_address varchar(255), realm_id varchar(255), session_id varchar(255), event_time bigint, type varchar(255), user_id varchar(255),
    details_json_long_value text);
CREATE TABLE admin_event_entity (id varchar(36) PRIMARY KEY, admin_event_time bigint, realm_id varchar(255), operation_type varchar(255),
    auth_realm_id varchar(255), auth_client_id varchar(255), auth_user_id varchar(255), ip_address varchar(255), resource_path varchar(2550),
    representation text, error varchar(255), resource_type varchar(64), details_json text);
CREATE TABLE revoked_token (id varchar(255) PRIMARY KEY, expire bigint NOT NULL);
CREATE TABLE jgroups_ping (address varchar(200) PRIMARY KEY, name varchar(200), cluster_name varchar(200) NOT NULL, ip varchar(200) NOT NULL,
    coord boolean);
CREATE TABLE component (id varchar(36) PRIMARY KEY, name varchar(255), parent_id varchar(36), provider_id varchar(36), provider_type varchar(255),
    realm_id varchar(36), sub_type varchar(255));
CREATE TABLE component_config (id varchar(36) PRIMARY KEY, component_id varchar(36) NOT NULL REFERENCES component, name varchar(255) NOT NULL,
    value text);
CREATE TABLE identity_provider (internal_id varchar(36) PRIMARY KEY, enabled boolean NOT NULL, provider_alias varchar(255),
    provider_id varchar(255), realm_id varchar(36), first_broker_login_flow_id varchar(36), post_broker_login_flow_id varchar(36),
    provider_display_name varchar(255), organization_id varchar(255), UNIQUE (provider_alias, realm_id));
CREATE TABLE identity_provider_config (identity_provider_id varchar(36) NOT NULL, value text, name varchar(255) NOT NULL,
    PRIMARY KEY (identity_provider_id, name));
CREATE TABLE identity_provider_mapper (id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, idp_alias varchar(255) NOT NULL,
    idp_mapper_name varchar(255) NOT NULL, realm_id varchar(36) NOT NULL);
CREATE TABLE idp_mapper_config (idp_mapper_id varchar(36) NOT NULL, value text, name varchar(255) NOT NULL, PRIMARY KEY (idp_mapper_id, name));
CREATE TABLE user_federation_config (user_federation_provider_id varchar(36) NOT NULL, value varchar(255), name varchar(255) NOT NULL,
    PRIMARY KEY (user_federation_provider_id, name));
CREATE TABLE realm_smtp_config (realm_id varchar(36) NOT NULL, value varchar(255), name varchar(255) NOT NULL, PRIMARY KEY (realm_id, name));
CREATE TABLE authenticator_config (id varchar(36) PRIMARY KEY, alias varchar(255), realm_id varchar(36));
CREATE TABLE authenticator_config_entry (authenticator_id varchar(36) NOT NULL, value text, name varchar(255) NOT NULL,
    PRIMARY KEY (authenticator_id, name));
CREATE TABLE required_action_config (required_action_id varchar(36) NOT NULL, value text, name varchar(255) NOT NULL,
    PRIMARY KEY (required_action_id, name));
CREATE TABLE server_config (server_config_key varchar(255) PRIMARY KEY, value text NOT NULL, version int);
CREATE TABLE client (id varchar(36) PRIMARY KEY, enabled boolean NOT NULL, client_id varchar(255), not_before int, secret varchar(255),
    base_url varchar(255), management_url varchar(255), realm_id varchar(36), protocol varchar(255), name varchar(255),
    client_authenticator_type varchar(255), root_url varchar(255), description varchar(255), registration_token varchar(255),
    UNIQUE (realm_id, client_id));
CREATE TABLE client_attributes (client_id varchar(36) NOT NULL, name varchar(255) NOT NULL, value text, PRIMARY KEY (client_id, name));
CREATE TABLE client_auth_flow_bindings (client_id varchar(36) NOT NULL, flow_id varchar(36), binding_name varchar(255) NOT NULL,
    PRIMARY KEY (client_id, binding_name));
CREATE TABLE client_initial_access (id varchar(36) PRIMARY KEY, realm_id varchar(36) NOT NULL, "timestamp" int, expiration int);
CREATE TABLE client_node_registrations (client_id varchar(36) NOT NULL, value int, name varchar(255) NOT NULL, PRIMARY KEY (client_id, name));
CREATE TABLE client_scope (id varchar(36) PRIMARY KEY, name varchar(255), realm_id varchar(36), description varchar(255), protocol varchar(255));
CREATE TABLE client_scope_attributes (scope_id varchar(36) NOT NULL, value varchar(2048), name varchar(255) NOT NULL);
CREATE TABLE client_scope_client (client_id varchar(255) NOT NULL, scope_id varchar(255) NOT NULL, default_scope boolean NOT NULL);
CREATE TABLE client_scope_role_mapping (scope_id varchar(36) NOT NULL, role_id varchar(36) NOT NULL);
CREATE TABLE default_client_scope (realm_id varchar(36) NOT NULL, scope_id varchar(36) NOT NULL, default_scope boolean NOT NULL);
CREATE TABLE protocol_mapper (id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, protocol varchar(255) NOT NULL,
    protocol_mapper_name varchar(255) NOT NULL, client_id varchar(36), client_scope_id varchar(36));
CREATE TABLE protocol_mapper_config (protocol_mapper_id varchar(36) NOT NULL, value text, name varchar(255) NOT NULL);
CREATE TABLE redirect_uris (client_id varchar(36) NOT NULL, value varchar(255) NOT NULL, PRIMARY KEY (client_id, value));
CREATE TABLE web_origins (client_id varchar(36) NOT NULL, value varchar(255) NOT NULL, PRIMARY KEY (client_id, value));
CREATE TABLE scope_mapping (client_id varchar(36) NOT NULL, role_id varchar(36) NOT NULL);
CREATE TABLE realm_attribute (name varchar(255) NOT NULL, realm_id varchar(36) NOT NULL, value text, PRIMARY KEY (name, realm_id));
CREATE TABLE realm_enabled_event_types (realm_id varchar(36) NOT NULL, value varchar(255) NOT NULL, PRIMARY KEY (realm_id, value));
CREATE TABLE realm_localizations (realm_id varchar(255) NOT NULL, locale varchar(255) NOT NULL, texts text NOT NULL, PRIMARY KEY (realm_id, locale));
CREATE TABLE realm_required_credential (type varchar(255) NOT NULL, form_label varchar(255), input boolean NOT NULL, realm_id varchar(36) NOT NULL);
CREATE TABLE required_action_provider (id varchar(36) PRIMARY KEY, alias varchar(255), name varchar(255), realm_id varchar(36),
    provider_id varchar(255), priority int);
CREATE TABLE keycloak_role (id varchar(36) PRIMARY KEY, client_realm_constraint varchar(255), client_role boolean NOT NULL,
    description varchar(255), name varchar(255), realm_id varchar(255), client varchar(36), realm varchar(36), UNIQUE (name, client_realm_constraint));
CREATE TABLE role_attribute (id varchar(36) PRIMARY KEY, role_id varchar(36) NOT NULL, name varchar(255) NOT NULL, value varchar(255));
CREATE TABLE composite_role (composite varchar(36) NOT NULL, child_role varchar(36) NOT NULL, PRIMARY KEY (composite, child_role));
CREATE TABLE keycloak_group (id varchar(36) PRIMARY KEY, name varchar(255), parent_group varchar(36) NOT NULL, realm_id varchar(36),
    type int NOT NULL, description varchar(255), org_id varchar(255), UNIQUE (realm_id, parent_group, name));
CREATE TABLE group_attribute (id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, value varchar(255), group_id varchar(36) NOT NULL);
CREATE TABLE group_role_mapping (role_id varchar(36) NOT NULL, group_id varchar(36) NOT NULL);
CREATE TABLE authentication_flow (id varchar(36) PRIMARY KEY, alias varchar(255), description varchar(255), realm_id varchar(36),
    provider_id varchar(36) NOT NULL);
CREATE TABLE authentication_execution (id varchar(36) PRIMARY KEY, alias varchar(255), authenticator varchar(36), realm_id varchar(36),
    flow_id varchar(36), requirement int, priority int, authenticator_flow boolean NOT NULL, auth_flow_id varchar(36), auth_config varchar(36));
CREATE TABLE migration_model (id varchar(36) PRIMARY KEY, version varchar(36) UNIQUE, update_time bigint NOT NULL);
CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL,
    dateexecuted timestamp NOT NULL, orderexecuted int NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35), description varchar(255),
    comments varchar(255), tag varchar(255), liquibase varchar(20), contexts varchar(255), labels varchar(255), deployment_id varchar(10));
CREATE TABLE databasechangeloglock (id int PRIMARY KEY, locked boolean NOT NULL, lockgranted timestamp, lockedby varchar(255));
CREATE TABLE resource_server (id varchar(36) PRIMARY KEY, policy_enforce_mode smallint NOT NULL);
CREATE TABLE resource_server_resource (id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, type varchar(255), icon_uri varchar(255),
    owner varchar(255) NOT NULL, resource_server_id varchar(36) NOT NULL, display_name varchar(255), UNIQUE (name, owner, resource_server_id));
CREATE TABLE resource_server_policy (id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, description varchar(255), type varchar(255) NOT NULL,
    resource_server_id varchar(36) NOT NULL, owner varchar(255), UNIQUE (name, resource_server_id));
CREATE TABLE resource_server_scope (id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, icon_uri varchar(255),
    resource_server_id varchar(36) NOT NULL, display_name varchar(255));
CREATE TABLE resource_server_perm_ticket (id varchar(36) PRIMARY KEY, owner varchar(255) NOT NULL, requester varchar(255) NOT NULL,
    created_timestamp bigint NOT NULL, resource_id varchar(36) NOT NULL, scope_id varchar(36), resource_server_id varchar(36) NOT NULL,
    policy_id varchar(36));
CREATE TABLE resource_attribute (id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, value varchar(255), resource_id varchar(36) NOT NULL);
CREATE TABLE resource_uris (resource_id varchar(36) NOT NULL, value varchar(255) NOT NULL);
CREATE TABLE policy_config (policy_id varchar(36) NOT NULL, name varchar(255) NOT NULL, value text, PRIMARY KEY (policy_id, name));
CREATE TABLE associated_policy (policy_id varchar(36) NOT NULL, associated_policy_id varchar(36) NOT NULL);
-- Since 26.7
ALTER TABLE realm ADD display_name varchar(255);
ALTER TABLE jgroups_ping ADD last_update bigint, ADD coordinated_by varchar(200);
ALTER TABLE user_consent_client_scope ADD parameter varchar(255) NOT NULL DEFAULT '#N A#',
    DROP CONSTRAINT user_consent_client_scope_pkey, ADD PRIMARY KEY (user_consent_id, scope_id, parameter);
CREATE TABLE user_ver_credential (id varchar(36) PRIMARY KEY, credential_scope_name varchar(255) NOT NULL,
    user_id varchar(36) NOT NULL REFERENCES user_entity, revision varchar(36) NOT NULL, created_date bigint, user_attributes text,
    UNIQUE (credential_scope_name, user_id));
CREATE TABLE issued_ver_credential (id varchar(36) PRIMARY KEY, user_id varchar(36) NOT NULL REFERENCES user_entity,
    credential_type varchar(255) NOT NULL, issued_at bigint NOT NULL, expires_at bigint, client_id varchar(36), revision varchar(36) NOT NULL);
CREATE TABLE outbox_entry (id varchar(36) PRIMARY KEY, entry_kind varchar(64) NOT NULL, realm_id varchar(36) NOT NULL, owner_id varchar(64) NOT NULL,
    container_id varchar(64), correlation_id varchar(255) NOT NULL, entry_type varchar(256) NOT NULL, payload text NOT NULL, metadata text,
    status varchar(16) NOT NULL, attempts int NOT NULL, next_attempt_at timestamp NOT NULL, last_error varchar(2048),
    created_at timestamp NOT NULL, delivered_at timestamp, UNIQUE (entry_kind, owner_id, correlation_id));
CREATE TABLE root_auth_session (id varchar(36) PRIMARY KEY, realm_id varchar(36) NOT NULL, "timestamp" bigint, version int);
CREATE TABLE auth_session (root_auth_session_id varchar(36) NOT NULL REFERENCES root_auth_session, tab_id varchar(36) NOT NULL,
    client_uuid varchar(255), auth_user_id varchar(255), "timestamp" bigint, version int, redirect_uri text, action varchar(255),
    protocol varchar(255), client_scopes text, execution_status text, client_notes text, auth_notes text, required_actions text,
    user_session_notes text, PRIMARY KEY (root_auth_session_id, tab_id));
CREATE TABLE single_use_object (id varchar(255) PRIMARY KEY, notes text, expire bigint NOT NULL);
CREATE TABLE login_failure (realm_id varchar(36) NOT NULL, user_id varchar(255) NOT NULL, failed_login_not_before bigint, num_failures int,
    last_failure bigint, last_ip_failure varchar(255), PRIMARY KEY (realm_id, user_id));
CREATE TABLE cluster_event (id varchar(36) NOT NULL, target_cluster varchar(200) NOT NULL, sender_cluster varchar(200) NOT NULL,
    event_data bytea NOT NULL, created_at bigint NOT NULL, PRIMARY KEY (id, target_cluster));
