"""The REST API and its document."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["exchange.api.exact.ExactJson"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "COMPACT_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Back office",
    "VERSION": "1",
    "DESCRIPTION": "Goods, prices, stock and orders for accounting programs. See docs/1c.md.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["exchange.api.document.without_slashes"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "exchange.api.document.no_other_fields",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ObjectKind": "exchange.api.shapes.KIND_CHOICES",
        "OutcomeStatus": "exchange.api.shapes.OUTCOME_CHOICES",
        "ToldKind": "exchange.api.messages.TOLD_KIND_CHOICES",
        "ReportLineKind": "exchange.api.reports.LINE_KIND_CHOICES",
        "ReportStatus": "exchange.api.reports.REPORT_STATUS_CHOICES",
        "ReturnCondition": "exchange.api.told.CONDITION_CHOICES",
        "ResultStatus": "exchange.api.shapes.RESULT_CHOICES",
    },
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic"},
        }
    },
    "SECURITY": [{"token": []}, {"basic": []}],
}
