import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { ExpiresAfterDto } from './create-batch.dto.js';
import { UPLOAD_PURPOSES, type UploadPurpose } from './file-object.js';

/** Body of `POST /v1/uploads`. */
export class CreateUploadDto {
  @IsInt()
  @Min(1)
  bytes!: number;

  @IsString()
  @IsNotEmpty()
  filename!: string;

  @IsString()
  @IsNotEmpty()
  mime_type!: string;

  @IsIn(UPLOAD_PURPOSES)
  purpose!: UploadPurpose;

  /** Counted from when the upload is completed. */
  @IsOptional()
  @ValidateNested()
  expires_after?: ExpiresAfterDto | null;
}

/** As many as S3 joins to one object. */
const MAX_PARTS = 10_000;

/** Body of `POST /v1/uploads/{id}/complete`. */
export class CompleteUploadDto {
  /** In the order in which they make the file, whatever the order in which they came. */
  @ArrayUnique({ message: 'it names a part twice' })
  @Matches(/^.{1,100}$/, { each: true, message: 'each entry must be the id of a part' })
  @ArrayMaxSize(MAX_PARTS, { message: 'it names more than 10,000 parts' })
  @ArrayNotEmpty({ message: 'it names no part' })
  @IsArray()
  part_ids!: string[];

  /** Of the whole file. */
  @IsOptional()
  @Matches(/^[0-9a-f]{32}$/i, { message: 'expected 32 hexadecimal digits' })
  md5?: string | null;
}

/** S3 takes no more in one request. */
const MAX_LINKED_BYTES = 5 * 1024 ** 3;

/** Body of `POST /v1/uploads/{id}/part_links`. */
export class CreatePartLinkDto {
  @IsInt()
  @Min(1)
  @Max(MAX_LINKED_BYTES)
  bytes!: number;
}
