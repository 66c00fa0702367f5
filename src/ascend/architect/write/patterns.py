"""An access pattern of a design, and the function that asks it, in the words of the written code."""

import keyword
import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass

from ascend.architect.review.design import GSI1, TABLE, Answer, Design, DesignedItem, Place
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.loads import estimate_load, explain_heat
from ascend.architect.review.proposal import CREATED_TYPES
from ascend.architect.write.attributes import AttributeCode
from ascend.architect.write.relationships import RelationshipCode
from ascend.projections.pattern import Load
